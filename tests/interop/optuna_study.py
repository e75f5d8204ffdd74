"""Searches on the command line, lets its program make studies of Optuna of the trials, and compares the two.

Use: optuna_study.py COMMAND, where COMMAND is the command line. The last
line is `N passed, N failed`; the exit code is 1 where one failed.
"""

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

STATES = {"score": "COMPLETE", "pruned": "PRUNED", "given_up": "PRUNED", "failed": "FAIL"}


def plain(value):
    return json.dumps(value, sort_keys=True) if isinstance(value, (list, dict)) else value


def study_of(program):
    spec = importlib.util.spec_from_file_location("trials", program)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.make()


def differences(tuned, study):
    """What is not the same."""
    if len(study.trials) != len(tuned["trials"]):
        yield f"{len(study.trials)} trials for {len(tuned['trials'])}"
    for own, trial in zip(tuned["trials"], study.trials):
        ((state, outcome),) = own["outcome"].items()
        # A study of several objectives knows no pruned trials.
        is_ended = state in ("pruned", "given_up") and tuned["front"]
        done = own.get("reports", [])
        so_far = sum(done) / len(done) if done else None
        score = None if is_ended else {"score": lambda: outcome, "pruned": lambda: outcome["score"], "given_up": lambda: so_far, "failed": lambda: None}[state]()
        if trial.state.name != ("FAIL" if is_ended else STATES[state]):
            yield f"trial {trial.number} is {trial.state.name}, not {state}"
        values = None if score is None else [score, *own.get("also", [])]
        if trial.values != values:
            yield f"trial {trial.number} came to {trial.values}, not {values}"
        if trial.params != {path: plain(value) for path, value in own["values"].items()}:
            yield f"trial {trial.number} has {trial.params}, not {own['values']}"
        # A study of several objectives has no values of a part.
        reports = {} if tuned["front"] else {fold: report for fold, report in enumerate(own.get("reports", [])) if report is not None}
        if trial.intermediate_values != reports:
            yield f"trial {trial.number} reports {trial.intermediate_values}, not {reports}"
    if tuned["front"]:
        front = sorted(trial.number for trial in study.best_trials)
        if front != tuned["front"]:
            yield f"not beaten are {front}, not {tuned['front']}"
    elif study.best_trial.number != tuned["best"]:
        yield f"the best is {study.best_trial.number}, not {tuned['best']}"


def main(command):
    table = Path(__file__).parents[2] / "public/samples/penguins.csv.gz"
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / "study.json"
        recipe = json.loads(subprocess.run([command, "new", table, "--target", "species"], check=True, capture_output=True).stdout)
        choice = {"kind": "choice", "values": [[{"units": 8}], [{"units": 16}, {"units": 8}]]}
        # A loss for numbers cannot be lowered on classes: those trials fail.
        losses = {"kind": "choice", "values": ["auto", "squared_error"]}
        rate = {"kind": "number", "min": 0.001, "max": 0.01, "log": True}
        batch = {"kind": "integer", "min": 16, "max": 64}
        spaces = {
            "numbers": {"batch": batch, "rate": rate},
            "layers": {"layers": choice, "rate": rate},
            "failures": {"loss": losses, "rate": rate},
        }
        two = ["size", {"metric": "accuracy"}]
        searches = (("none", []), ("successive_halving", []), ("learning_curve", []), ("none", two), ("successive_halving", two), ("learning_curve", two))
        for pruner, objectives in searches:
            for name, space in spaces.items():
                recipe["models"] = [{"model": "network", "params": {"epochs": 4}}]
                recipe["chosen"] = 0
                parameters = [{"path": path, "range": range_} for path, range_ in space.items()]
                # What a person asks for may lie beyond the ranges.
                own = [{"trial": 3, "values": {"rate": 0.0203}}]
                recipe["tune"] = {"own": own, "space": {"parameters": parameters}, "trials": 12, "metric": "log_loss", "pruner": pruner, "objectives": objectives}
                study.write_text(json.dumps(recipe))
                program = Path(folder) / f"{name}_{pruner}_{len(objectives)}.py"
                args = [command, "tune", study, table, "--json", "--export-optuna", program]
                tuned = json.loads(subprocess.run(args, check=True, capture_output=True).stdout)
                wrong = list(differences(tuned, study_of(program)))
                if tuned["trials"][3]["values"]["rate"] != 0.0203:
                    wrong.append("the trial that was asked for is not there")
                print(f"{name}, {pruner}, {len(objectives) + 1} objectives: {'the same' if not wrong else '; '.join(wrong[:5])}")
                passed, failed = passed + (not wrong), failed + bool(wrong)
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
