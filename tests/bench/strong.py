#!/usr/bin/env python3
"""The network's strong preset beside scikit-learn's defaults on eleven tables, all on the same folds.

    python tests/bench/strong.py ATELIER DATA [NAME...]

ATELIER is the command line, built with optimisation; DATA a folder with the tables. Needs numpy, pandas, scikit-learn.
Each table has at most 1,000 rows, drawn by a fixed seed. The peers see medians for gaps, one-hot categories and standardised
numbers (the network of scikit-learn) or numbers as they are with categories as codes (its boosting). Printed is the mean over
five folds: the area under the ROC curve (of several classes the mean of each against the rest), or the root of the mean squared error.
"""
import json, os, subprocess, sys, time, warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np, pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.metrics import roc_auc_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

warnings.filterwarnings("ignore")
TABLES = {
    "penguins": ("species", []),
    "titanic": ("survived", ["passenger_id", "name", "ticket", "cabin", "boat", "body", "home_dest"]),
    "adult": ("income", []),
    "breast_cancer": ("diagnosis", []),
    "digits": ("digit", []),
    "thyroid": ("class", []),
    "birdstrikes": ("damage", ["cost_total", "cost_other", "cost_repair"]),
    "auto_mpg": ("mpg", ["name"]),
    "diamonds": ("price", []),
    "hotel_rates": ("avg_price_per_room", []),
    "chicago_ridership": ("ridership", []),
}
ROWS, FOLDS = 1000, 5


def table(folder, name):
    target, dropped = TABLES[name]
    data = pd.read_csv(f"{folder}/{name}.csv", keep_default_na=False, na_values=["", "?"])
    data = data.drop(columns=[c for c in dropped if c in data]).dropna(subset=[target])
    data = data.drop(columns=[c for c in data if "date" in c or c == "when"])
    if name == "birdstrikes":
        data[target] = np.where(data[target] == "None", "none", "some")
    return data.sample(min(ROWS, len(data)), random_state=1).reset_index(drop=True), target


def called(*words):
    """What a command prints; a criterion that is not met is no failure."""
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    return done.stdout


def begun(program, folder, data_folder, name):
    """A study of a table with its defaults, five folds and no sealed rows: its file, its recipe, the rows and the target."""
    os.makedirs(folder, exist_ok=True)
    data, target = table(data_folder, name)
    data.to_csv(f"{folder}/{name}.csv", index=False)
    study = f"{folder}/{name}.json"
    called(program, "new", f"{folder}/{name}.csv", "-t", target, "-o", study, "--force")
    recipe = json.load(open(study))
    recipe["split"].update(held_out=0.0, folds=FOLDS)
    json.dump(recipe, open(study, "w"))
    return study, recipe, data, target


def only_network(recipe):
    recipe["models"] = [model for model in recipe["models"] if model["model"] == "network"]
    recipe["chosen"] = 0


def ours(program, folder, name, preset, target):
    """Rows with their fold, the answers by column, the classes, and seconds."""
    study, out = f"{folder}/{name}.json", f"{folder}/{name}.{preset}"
    called(program, "new", f"{folder}/{name}.csv", "-t", target, "--network", preset, "-o", study, "--force")
    recipe = json.load(open(study))
    only_network(recipe)
    recipe["split"].update(held_out=0.0, folds=FOLDS)
    recipe.setdefault("judge", {})["replicates"] = 10
    json.dump(recipe, open(study, "w"))
    started = time.perf_counter()
    called(program, "run", study, "-o", out, "--force")
    return pd.read_csv(f"{out}/predictions.csv"), time.perf_counter() - started


def peers(data, target, rows):
    """The answers of each peer, fitted on the folds of `rows`."""
    x, y = data.drop(columns=[target]), data[target]
    numbers = x.select_dtypes("number").columns
    others = [c for c in x if c not in numbers]
    x[others] = x[others].astype(object).where(x[others].notna(), "missing").astype(str)
    few = ColumnTransformer([
        ("numbers", make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler()), list(numbers)),
        ("others", OneHotEncoder(handle_unknown="ignore", max_categories=16, sparse_output=False), others),
    ])
    codes = ColumnTransformer([
        ("numbers", "passthrough", list(numbers)),
        ("others", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, max_categories=200), others),
    ])
    regression = y.dtype.kind == "f" or (y.dtype.kind == "i" and y.nunique() > 20)
    mask = np.arange(len(numbers) + len(others)) >= len(numbers)
    models = {
        "scikit-learn MLP": lambda: make_pipeline(few, MLPRegressor(random_state=1) if regression else MLPClassifier(random_state=1)),
        "HistGradientBoosting": lambda: make_pipeline(codes, (HistGradientBoostingRegressor if regression else HistGradientBoostingClassifier)(
            random_state=1, categorical_features=mask)),
    }
    answers = {}
    for name, make in models.items():
        answer = None
        for fold in sorted(rows["fold"].unique()):
            test = rows["at"][rows["fold"] == fold].to_numpy()
            train = rows["at"][rows["fold"] != fold].to_numpy()
            scale = y.iloc[train].std() if regression and "MLP" in name else 1.0
            middle = y.iloc[train].mean() if regression and "MLP" in name else 0.0
            fitted = make().fit(x.iloc[train], (y.iloc[train] - middle) / scale if regression else y.iloc[train].astype(str))
            found = fitted.predict(x.iloc[test]) * scale + middle if regression else fitted.predict_proba(x.iloc[test])
            if answer is None:
                answer = np.zeros((len(y),) + found.shape[1:])
            answer[test] = found
        answers[name] = answer
    return answers, regression


def score(truth, answer, folds, regression):
    figures = []
    for fold in np.unique(folds):
        y, p = truth[folds == fold], answer[folds == fold]
        if regression:
            figures.append(np.sqrt(np.mean((y - p) ** 2)))
        elif p.ndim == 1 or p.shape[1] == 2:
            figures.append(roc_auc_score(y, p if p.ndim == 1 else p[:, 1]))
        else:
            figures.append(np.mean([roc_auc_score(y == place, p[:, place]) for place in range(p.shape[1]) if (y == place).any()]))
    return float(np.mean(figures))


def main():
    program, folder, names = sys.argv[1], sys.argv[2], sys.argv[3:] or list(TABLES)
    work = "target/strong"
    os.makedirs(work, exist_ok=True)
    print("| table | rows | figure | strong preset | usual preset | scikit-learn MLP | HistGradientBoosting | seconds, strong |")
    print("| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    against_mlp, against_boosting = 0, 0
    for name in names:
        data, target = table(folder, name)
        data.to_csv(f"{work}/{name}.csv", index=False)
        figures, seconds = {}, 0.0
        for preset in ("strong", "usual"):
            rows, spent = ours(program, work, name, preset, target)
            seconds = spent if preset == "strong" else seconds
            rows["at"] = rows.iloc[:, 0].astype(int) - 1
            rows["fold"] = rows.iloc[:, 1].astype(int)
            if preset == "strong":
                answers, regression = peers(data, target, rows)
                classes = sorted(data[target].astype(str).unique())
                truth = data[target].to_numpy() if regression else np.array([classes.index(v) for v in data[target].astype(str)])
                folds = np.zeros(len(data), int)
                folds[rows["at"]] = rows["fold"]
                for peer, answer in answers.items():
                    figures[peer] = score(truth, answer, folds, regression)
            assert (data[target].astype(str).to_numpy()[rows["at"]] == rows[target].astype(str).to_numpy()).all() or regression
            named = [column for column in rows if column.startswith("p(")]
            own = rows[named] if named else rows.iloc[:, [3]]
            if len(named) == 1:
                # The probability of the positive class, which need not be the last by name.
                positive = named[0][2:-1] == classes[1]
                own = own if positive else 1 - own
            elif named:
                own = own[[f"p({name})" for name in classes]]
            answer = np.zeros((len(data), own.shape[1]))
            answer[rows["at"]] = own.to_numpy()
            figures[preset] = score(truth, answer[:, 0] if own.shape[1] == 1 else answer, folds, regression)
        own, mlp, boosting = figures["strong"], figures["scikit-learn MLP"], figures["HistGradientBoosting"]
        against_mlp += own <= mlp if regression else own >= mlp
        against_boosting += own <= 1.05 * boosting if regression else own >= boosting - 0.015
        shown = [f"{figures[k]:.4g}" for k in ("strong", "usual", "scikit-learn MLP", "HistGradientBoosting")]
        print(f"| {name} | {len(data)} | {'RMSE' if regression else 'AUC'} | {' | '.join(shown)} | {seconds:.0f} |", flush=True)
    print(f"\nnot worse than scikit-learn's MLP on {against_mlp} of {len(names)}; "
          f"within 0.015 AUC or 5 % RMSE of boosting on {against_boosting} of {len(names)}")


if __name__ == "__main__":
    main()
