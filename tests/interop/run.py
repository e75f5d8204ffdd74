"""Runs exports and compares their answers with the engine's.

Use: run.py FOLDER, where each folder in it is one that `examples/export_fixtures.rs` wrote:
model.onnx, rows.csv, expected.json. The last line is `N passed, N failed`; the exit code is 1 where one failed.
"""

import csv
import json
import math
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

LIMIT = 1e-5
NO_DATE = -(2**63)


def read_rows(folder, inputs):
    """The rows as one array of rows x 1 for each input."""
    with open(folder / "rows.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    read = {
        "number": lambda text: float(text) if text else math.nan,
        "date": lambda text: int(text) if text else NO_DATE,
    }
    types = {"number": np.float64, "date": np.int64}
    return {
        name: np.array([[read.get(kind, str)(row[name])] for row in rows], dtype=types.get(kind, object))
        for name, kind in inputs.items()
    }


def largest_difference(expected, got):
    """By size where that is above 1; infinite where only one of them has an answer."""
    expected, got = np.asarray(expected, dtype=float), np.asarray(got, dtype=float)
    if expected.shape != got.shape:
        return math.inf
    if (np.isnan(expected) != np.isnan(got)).any():
        return math.inf
    difference = np.abs(expected - got) / np.maximum(1, np.abs(expected))
    return float(np.nanmax(difference, initial=0))


def wrong_labels(expected, got, output):
    """Rows whose class is another one, unless two classes are as near as the limit."""
    wrong = 0
    classes, threshold = output["classes"], output.get("threshold")
    for row, label in zip(np.asarray(expected, dtype=float), got):
        if np.isnan(row).any():
            fits = {""}
        elif threshold is not None:
            fits = {classes[int(row[1] >= threshold + shift)] for shift in (-LIMIT, LIMIT)}
        else:
            fits = {name for name, p in zip(classes, row) if p >= row.max() - LIMIT}
        wrong += label not in fits
    return wrong


def run_onnx(folder, facts):
    model = onnx.load(folder / "model.onnx")
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    rows = read_rows(folder, facts["inputs"])
    answers = dict(zip([output.name for output in session.get_outputs()], session.run(None, rows)))
    labels = [values for values in answers.values() if values.dtype == object]
    (numbers,) = [values for values in answers.values() if values.dtype != object]
    wrong = wrong_labels(facts["expected"], labels[0], facts["output"]) if labels else 0
    return largest_difference(facts["expected"], numbers), wrong


TARGETS = {"onnx": run_onnx}


def main(folder):
    passed = failed = 0
    for sample in sorted(Path(folder).iterdir()):
        if (sample / "unsupported").exists():
            print(f"{sample.name:32} not exported")
            continue
        facts = json.loads((sample / "expected.json").read_text(encoding="utf-8"))
        facts["expected"] = [[math.nan if x is None else x for x in row] for row in facts["expected"]]
        for target, run in TARGETS.items():
            try:
                difference, wrong = run(sample, facts)
                ok = difference <= LIMIT and wrong == 0
                outcome = f"{difference:.1e}" + (f", {wrong} other classes" if wrong else "")
            except Exception as error:
                ok, outcome = False, f"{type(error).__name__}: {error}"
            passed, failed = passed + ok, failed + (not ok)
            print(f"{sample.name:32} {target:8} {len(facts['expected']):6} rows  {'ok  ' if ok else 'FAIL'}  {outcome}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
