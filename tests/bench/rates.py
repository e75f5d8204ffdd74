#!/usr/bin/env python3
"""Whether the learning rate that is found trains as well as the best of twelve, on eleven tables.

    python tests/bench/rates.py ATELIER DATA [NAME...]

ATELIER is the command line, built with optimisation; DATA a folder with the tables. Needs numpy, pandas, scikit-learn (for
the tables of strong.py). The rate is found on the first fold in half of the epochs at most; then every one of the twelve rates
trains all epochs in all folds, and the log loss (or the root of the mean squared error) on their other rows is compared.
"""
import json, os, subprocess, sys
from strong import table

ROWS = 1500


def called(*words):
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    return done.stdout


def main():
    from strong import TABLES
    program, folder, names = sys.argv[1], sys.argv[2], sys.argv[3:] or list(TABLES)
    work = "target/rates"
    os.makedirs(work, exist_ok=True)
    print("| table | metric | found | its loss | best of twelve | its loss | behind |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    near = 0
    for name in names:
        data, target = table(folder, name)
        data.head(ROWS).to_csv(f"{work}/{name}.csv", index=False)
        study = f"{work}/{name}.json"
        called(program, "new", f"{work}/{name}.csv", "-t", target, "-o", study, "--force")
        recipe = json.load(open(study))
        recipe["models"] = [model for model in recipe["models"] if model["model"] == "network"]
        recipe["chosen"] = 0
        recipe["split"].update(held_out=0.0, folds=5)
        json.dump(recipe, open(study, "w"))
        found = json.loads(called(program, "rate", study, "--json"))
        rates = sorted({it["rate"] for it in found["tries"]})
        regression = data[target].dtype.kind in "fi" and data[target].nunique() > 20
        metric = "rmse" if regression else "log_loss"
        space = {"parameters": [{"path": "rate", "range": {"kind": "choice", "values": rates}}]}
        recipe["tune"] = {"candidate": 0, "sampler": "grid", "params": {}, "space": space, "trials": len(rates) + 1, "metric": metric}
        json.dump(recipe, open(study, "w"))
        trials = json.loads(called(program, "tune", study, "--json"))["trials"]
        losses = {t["values"]["rate"]: t["outcome"]["score"] for t in trials if "score" in t["outcome"]}
        own = found["best"][0] if found["helps"] else found["now"][0]
        loss = losses[min(losses, key=lambda rate: abs(rate - own))]
        best = min(losses, key=losses.get)
        behind = loss / losses[best] - 1
        near += behind <= 0.02
        print(f"| {name} | {metric} | {own:g} | {loss:.4g} | {best:g} | {losses[best]:.4g} | {100 * behind:.1f} % |", flush=True)
    print(f"\nwithin 2 % of the best of twelve on {near} of {len(names)}")


if __name__ == "__main__":
    main()
