#!/usr/bin/env python3
"""Boosted trees and a forest of the command line beside scikit-learn's and LightGBM's, one thread each.

    python tests/bench/trees.py ATELIER DATA

ATELIER is the command line, built with `cargo build --release --bin atelier`; DATA a folder with diamonds.csv and adult.csv.
Needs pandas, scikit-learn, LightGBM. Atelier's seconds are those of a run with two folds: fits on both halves and on all rows,
which together see every row twice, with their preparation and predictions; half of that is printed as one fit. The peers
see one-hot columns and are timed without making them.
"""
import json, os, subprocess, sys, time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"
import lightgbm, pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestClassifier


def ours(program, folder, name, target, model, params):
    work = "target/trees"
    os.makedirs(work, exist_ok=True)
    study = f"{work}/{name}.json"
    subprocess.run([program, "new", f"{folder}/{name}.csv", "-t", target, "-o", study, "--force"], check=True, capture_output=True)
    recipe = json.load(open(study))
    recipe["models"], recipe["chosen"] = [{"model": model, "params": params}], 0
    recipe["split"].update(held_out=0.0, folds=2)
    recipe.setdefault("judge", {})["replicates"] = 10
    json.dump(recipe, open(study, "w"))
    args = [program, "run", study, f"{folder}/{name}.csv", "-o", f"{work}/{name}", "--force", "--workers", "1"]
    subprocess.run(args, check=True, capture_output=True)
    return json.load(open(f"{work}/{name}/timings.json"))["models"][0] / 2


def timed(make, x, y, turns):
    times = []
    for _ in range(turns):
        start = time.perf_counter()
        make().fit(x, y)
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


def columns(folder, name, target):
    table = pd.read_csv(f"{folder}/{name}.csv")
    y = table.pop(target)
    return pd.get_dummies(table).values.astype(float), y


def main():
    program, folder = sys.argv[1:3]
    own = ours(program, folder, "diamonds", "price", "boosting", {"early_stopping": "off"})
    x, y = columns(folder, "diamonds", "price")
    hist = timed(lambda: HistGradientBoostingRegressor(max_iter=100, early_stopping=False), x, y, 3)
    light = timed(lambda: lightgbm.LGBMRegressor(n_estimators=100, num_leaves=31, n_jobs=1, verbose=-1), x, y, 3)
    print(f"boosting, 100 trees of 31 leaves, diamonds: {own:.2f} s; scikit-learn {hist:.2f} s ({hist / own:.1f}x), LightGBM {light:.2f} s ({light / own:.2f}x)")
    own = ours(program, folder, "adult", "income", "forest", {"max_depth": 0})
    x, y = columns(folder, "adult", "income")
    forest = timed(lambda: RandomForestClassifier(100, n_jobs=1), x, y, 1)
    print(f"forest, 100 trees, adult one-hot: {own:.2f} s; scikit-learn {forest:.2f} s ({forest / own:.1f}x)")


if __name__ == "__main__":
    main()
