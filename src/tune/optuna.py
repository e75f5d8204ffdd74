"""Makes a study of Optuna of the trials of a search in Atelier.

Use: python FILE [STORAGE], where STORAGE is such as sqlite:///trials.db; without one the study is in memory and its
trials are only counted. From Python, `make(storage)` gives the study.
"""

import json
import sys

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState, create_trial

NAME = json.loads(@name@)
# One objective or more, each with its direction.
METRICS = json.loads(@metrics@)
DIRECTIONS = json.loads(@directions@)
# By parameter: number, integer or choice, with its range or values.
SPACE = json.loads(@space@)
TRIALS = json.loads(@trials@)


def plain(value):
    """A value that Optuna stores: lists and objects as text."""
    return json.dumps(value, sort_keys=True) if isinstance(value, (list, dict)) else value


def distribution(range_, value):
    """The range of a parameter, wide enough for a value that a person asked for."""
    if range_["kind"] == "choice":
        return CategoricalDistribution([plain(choice) for choice in range_["values"]])
    low, high = min(range_["min"], value), max(range_["max"], value)
    kind = FloatDistribution if range_["kind"] == "number" else IntDistribution
    return kind(low, high, log=range_["log"] and low > 0)


def trial_of(trial):
    values = {path: plain(value) for path, value in trial["values"].items()}
    for path, value in values.items():
        if SPACE[path]["kind"] == "number":
            values[path] = float(value)
    return create_trial(
        state=TrialState[trial["state"]],
        values=trial["scores"],
        params=values,
        distributions={path: distribution(SPACE[path], value) for path, value in values.items()},
        intermediate_values={fold: score for fold, score in enumerate(trial["reports"]) if score is not None},
        user_attrs=trial["notes"],
    )


def make(storage=None):
    study = optuna.create_study(study_name=NAME, directions=DIRECTIONS, storage=storage)
    study.set_user_attr("metrics", METRICS)
    study.add_trials([trial_of(trial) for trial in TRIALS])
    return study


if __name__ == "__main__":
    study = make(*sys.argv[1:2])
    states = [trial.state.name for trial in study.trials]
    counts = ", ".join(f"{states.count(state)} {state.lower()}" for state in sorted(set(states)))
    print(f"{NAME}: {len(states)} trials ({counts})")
    if len(METRICS) > 1:
        print(f"not beaten in {' and '.join(METRICS)}: trials {[trial.number for trial in study.best_trials]}")
    elif "COMPLETE" in states:
        print(f"best {METRICS[0]}: {study.best_value} in trial {study.best_trial.number}: {study.best_params}")
