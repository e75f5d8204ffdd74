#!/usr/bin/env python3
"""Whether the learning rate that is found trains as well as the best of twelve, on eleven tables.

    python tests/bench/rates.py ATELIER DATA [NAME...]

ATELIER is the command line, built with optimisation; DATA a folder with the tables. Needs numpy, pandas, scikit-learn (for
the tables of strong.py). The rate is found on five folds, then every one of the twelve rates is trained in all folds, and the log
loss (or the root of the mean squared error) on their other rows is compared: on the same folds, and on others.
"""
import json, sys
from strong import TABLES, begun, called, only_network


def main():
    program, folder, names = sys.argv[1], sys.argv[2], sys.argv[3:] or list(TABLES)
    work = "target/rates"
    print("| table | metric | found | its loss | best of twelve | its loss | behind | on other folds |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    near = [0, 0]
    for name in names:
        study, recipe, data, target = begun(program, work, folder, name)
        only_network(recipe)
        json.dump(recipe, open(study, "w"))
        found = json.loads(called(program, "rate", study, "--json"))
        own = found["best"][0]
        rates = sorted({it["rate"] for it in found["tries"]})
        regression = data[target].dtype.kind in "fi" and data[target].nunique() > 20
        metric = "rmse" if regression else "log_loss"
        space = {"parameters": [{"path": "rate", "range": {"kind": "choice", "values": rates}}]}
        recipe["tune"] = {"candidate": 0, "sampler": "grid", "params": {}, "space": space, "trials": len(rates) + 1, "metric": metric}
        cells, behind = [], []
        for other in (0, 1):
            recipe["seed"] += other
            json.dump(recipe, open(study, "w"))
            trials = json.loads(called(program, "tune", study, "--json"))["trials"]
            losses = {t["values"]["rate"]: t["outcome"]["score"] for t in trials if "score" in t["outcome"]}
            best = min(losses, key=losses.get)
            behind.append(losses[own] / losses[best] - 1)
            near[other] += behind[-1] <= 0.02
            cells = cells or [f"{losses[own]:.4g}", f"{best:g}", f"{losses[best]:.4g}"]
        print(f"| {name} | {metric} | {own:g} | {' | '.join(cells)} | {100 * behind[0]:.1f} % | {100 * behind[1]:.1f} % |", flush=True)
    print(f"\nwithin 2 % of the best of twelve on {near[0]} of {len(names)}, on other folds on {near[1]}")


if __name__ == "__main__":
    main()
