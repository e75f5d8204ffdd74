"""Runs what the browser journeys exported, and compares it with the page's own predictions.

Use: journeys.py FOLDER COMMAND, where FOLDER holds the `*.exports.json` of the journeys and COMMAND is the command line.
For each: the ONNX file in onnxruntime, the MLflow folder in MLflow, the model file on the command line. The last line is
`N passed, N failed`; the exit code is 1 where one failed.
"""

import csv
import json
import math
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import mlflow
import numpy as np
import onnxruntime
import pandas as pd

LIMIT = 1e-5
# What the reader takes as missing where a study does not say otherwise.
MISSING = {"", "NA", "N/A", "NaN", "nan", "null", "NULL", "?"}


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number(text):
    return math.nan if text in MISSING else float(text)


def column(rows, name, numeric):
    if numeric:
        return np.array([number(row[name]) for row in rows], dtype=np.float64)
    return np.array(["" if row[name] in MISSING else row[name] for row in rows], dtype=object)


def predicted(path):
    """The columns of numbers that the page predicted: probabilities of classes, or the number itself."""
    rows = read(path)
    names = [name for name in rows[0] if name.startswith("p(")] or ["prediction"]
    return names, np.array([[number(row[name]) for name in names] for row in rows])


def difference(expected, got):
    if expected.shape != got.shape or (np.isnan(expected) != np.isnan(got)).any():
        return math.inf
    return float(np.nanmax(np.abs(expected - got) / np.maximum(1, np.abs(expected)), initial=0))


def run_onnx(exports, rows, names, expected):
    session = onnxruntime.InferenceSession(exports["onnx"], providers=["CPUExecutionProvider"])
    feed = {it.name: column(rows, it.name, it.type == "tensor(double)").reshape(-1, 1) for it in session.get_inputs()}
    answers = dict(zip([it.name for it in session.get_outputs()], session.run(None, feed)))
    (numbers,) = [values for values in answers.values() if values.dtype != object]
    numbers = numbers.reshape(len(rows), -1)
    # Of two classes the page's table holds the positive one, which comes last.
    return difference(expected, numbers[:, -len(names):])


def run_mlflow(exports, rows, names, expected):
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(exports["mlflow"]).extractall(folder)
        (found,) = Path(folder).rglob("MLmodel")
        model = mlflow.pyfunc.load_model(str(found.parent))
        inputs = model.metadata.get_input_schema()
        table = {it.name: column(rows, it.name, str(it.type) == "DataType.double") for it in inputs}
        answer = model.predict(pd.DataFrame(table))
        return difference(expected, answer[names].to_numpy(dtype=float))


def run_command(exports, command):
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "predicted.csv"
        subprocess.run([command, "predict", exports["model"], exports["rows"], "-o", str(out)], check=True, capture_output=True)
        ours, theirs = read(exports["predictions"]), read(out)
        # Predictions and what the model reads are equal to the digit. Other columns go through the command line as they
        # stand in the file, which it reads row by row; the page shows them as it read them: 18.0 as 18.
        same = len(ours) == len(theirs) and all(map(same_row, ours, theirs))
        return 0.0 if same else math.inf


def same_row(a, b):
    def number(text):
        try:
            return float(text)
        except ValueError:
            return None

    return list(a) == list(b) and all(a[name] == b[name] or (number(a[name]) is not None and number(a[name]) == number(b[name])) for name in a)


def main(folder, command):
    passed = failed = 0
    for path in sorted(Path(folder).glob("*.exports.json")):
        exports = json.loads(path.read_text(encoding="utf-8"))
        rows = read(exports["rows"])
        names, expected = predicted(exports["predictions"])
        targets = {
            "onnx": lambda: run_onnx(exports, rows, names, expected),
            "mlflow": lambda: run_mlflow(exports, rows, names, expected),
            "command line": lambda: run_command(exports, command),
        }
        for target, run in targets.items():
            try:
                found = run()
                ok, outcome = found <= LIMIT, f"{found:.1e}"
            except Exception as error:
                ok, outcome = False, f"{type(error).__name__}: {error}"
            passed, failed = passed + ok, failed + (not ok)
            print(f"{path.name.split('.')[0]:16} {target:14} {len(rows):6} rows  {'ok  ' if ok else 'FAIL'}  {outcome}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
