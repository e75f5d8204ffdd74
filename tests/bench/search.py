#!/usr/bin/env python3
"""Whether the search over models and preparation beats the network with its usual preset, on eleven tables, within its time.

    python tests/bench/search.py ATELIER DATA [NAME...]

ATELIER is the command line, built with optimisation; DATA a folder with the tables. Needs numpy, pandas, scikit-learn (for the
tables of strong.py). The search has 120 seconds on two threads. What it comes to on its outer folds, which had no part in the
choice, is compared with what the usual network comes to on the same folds, by the task's usual metric.
"""
import json, sys, time
from strong import TABLES, begun, called, only_network

SECONDS = 120


def main():
    program, folder, names = sys.argv[1], sys.argv[2], sys.argv[3:] or list(TABLES)
    work = "target/search"
    print("| table | metric | usual network | search, outer folds | winner | models judged | seconds |")
    print("| --- | --- | ---: | ---: | --- | ---: | ---: |")
    better = late = 0
    for name in names:
        study, recipe, _, _ = begun(program, work, folder, name)
        started = time.perf_counter()
        race = json.loads(called(program, "search", study, "--seconds", str(SECONDS), "--rounds", "100", "--workers", "2", "--json"))
        spent = time.perf_counter() - started
        worth = race["worth"]["Ok"]
        outer = [fold["outer"]["value"] for fold in worth["folds"]]
        only_network(recipe)
        space = {"parameters": [{"path": "rate", "range": {"kind": "choice", "values": [0.003]}}]}
        recipe["tune"] = {"candidate": 0, "sampler": "random", "params": {}, "space": space, "trials": 1, "metric": race["metric"]}
        json.dump(recipe, open(study, "w"))
        usual = json.loads(called(program, "tune", study, "--json"))["trials"][0]["reports"][: len(outer)]
        own, theirs = sum(outer) / len(outer), sum(usual) / len(usual)
        wins = own > theirs if worth["higher_is_better"] else own < theirs
        better += wins
        late += spent > 1.05 * SECONDS
        first = race["entries"][0]
        winner = first["candidate"]["model"] + ("" if first["variant"] == "own" else f", {first['variant']}")
        judged = sum(entry["score"] is not None for entry in race["entries"])
        print(f"| {name} | {race['metric']} | {theirs:.4g} | {own:.4g} | {winner} | {judged} of {len(race['entries'])} | {spent:.0f} |", flush=True)
    print(f"\nbetter than the usual network on {better} of {len(names)}; more than 5 % late on {late}")


if __name__ == "__main__":
    main()
