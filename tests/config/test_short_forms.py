"""What people write in place of a list or an import path: taken where it is clear, else answered by what to write."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from report.config.schema import Config

Told = Callable[..., list[str]]

SCRIPTS = [
    ("train.py", "train:build_model"),
    ("./train.py", "train:build_model"),
    ("python train.py", "train:build_model"),
    ("python3 -u train.py --epochs 3", "train:build_model"),
    ("python -m pipeline.train", "pipeline.train:build_model"),
    ("scripts/train.py", "scripts.train:build_model"),
    ("../scripts/train.py", "scripts.train:build_model"),
    ("scripts\\\\train.py", "scripts.train:build_model"),
    ("train.py:make", "train:make"),
    ("scripts/train:make", "scripts.train:make"),
    ("my-scripts/train.py", "train:build_model"),
    ("train.sh", "train:build_model"),
]


@pytest.mark.parametrize(("given", "example"), SCRIPTS)
@pytest.mark.parametrize(
    ("models", "key"),
    [
        ('m: "{}"', "models.m.estimator"),
        ('m: {{estimator: a.B, params: {{inner: {{estimator: "{}"}}}}}}', "models.m.params.inner.estimator"),
        ('m: {{estimator: a.B, preprocess: [{{columns: a, apply: "{}"}}]}}', "models.m.preprocess[0].apply"),
    ],
)
def test_a_script_in_place_of_a_model_is_answered_by_what_to_write(
    told: Told, given: str, example: str, models: str, key: str
) -> None:
    (problem,) = told("data: {source: a.csv, target: y}\nmodels:\n  " + models.format(given) + "\n")
    assert f"{key}: '" in problem
    assert "is a file or a command, not an import path" in problem
    assert f"such as {example}; a training script as a whole is not run" in problem


@pytest.mark.parametrize(("given", "hint"), [("(10,)", "[10]"), ("(10, 5)", "[10, 5]"), ("(a, 5, c)", "[a, 5, c]")])
def test_a_tuple_in_braces_is_told_at_its_key(told: Told, given: str, hint: str) -> None:
    inner = f"{{estimator: c.D, params: {{n: 3, sizes: {given}, alpha: 1}}}}"
    problems = told(f"data: {{source: a.csv, target: y}}\nmodels: {{m: {{estimator: a.B, params: {{x: {inner}}}}}}}\n")
    key = "ml-report.yml:2: models.m.params.x.params.sizes"
    assert problems == [f"{key}: YAML has no tuples\n  → write a list in brackets: `sizes: {hint}`"]
    model = f"{{estimator: a.B, params: {{sizes: {given}}}}}"
    problems = told(f"data: {{source: a.csv, target: y}}\nmodels: {{m: {model}}}\n")
    assert problems[-1].endswith(
        f"models.m.params.sizes: YAML has no tuples\n  → write a list in brackets: `sizes: {hint}`"
    )


SAVED = "is a file of a saved model, not an import path"
NOTEBOOK = "is a notebook, not an import path"


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        ("train.ipynb", NOTEBOOK, "move the function into a .py file, then name it, such as train:build_model"),
        (
            "notebooks/My Model.ipynb:make",
            NOTEBOOK,
            "move the function into a .py file, then name it, such as train:make",
        ),
        *(
            (name, SAVED, "a saved model is not trained here: name a class or a function that makes it")
            for name in ("model.pkl", "models/m.joblib", "net.onnx", "net.h5", "net.PT", "a/b.keras", "my model.pkl")
        ),
    ],
)
def test_a_notebook_or_a_saved_model_is_answered_by_what_to_write(
    told: Told, given: str, message: str, hint: str
) -> None:
    (problem,) = told(f"data: {{source: a.csv, target: y}}\nmodels: {{m: '{given}'}}\n")
    assert f"'{given}' {message}\n  → {hint}" in problem


@pytest.mark.parametrize("path", ["baselines.keras", "my.model", "my:pkl"])
def test_names_that_files_have_too_are_import_paths(read: Callable[..., Config], path: str) -> None:
    assert read(f"data: {{source: a.csv, target: y}}\nmodels: {{m: '{path}'}}\n").models["m"].estimator == path


@pytest.mark.parametrize(
    "model",
    [
        "{estimator: a.B, params: {estimator: c.D, n: 3}}",
        "{estimator: a.B, params: {inner: {estimator: c.D, params: {estimator: e.F, n: 3}}}}",
        "{estimator: a.B, preprocess: [{columns: x, apply: {estimator: c.D, params: {estimator: e.F, n: 3}}}]}",
        "{estimator: a.B, preprocess: [{columns: x, apply: {function: c.d, params: {estimator: e.F, n: 3}}}]}",
    ],
    ids=["model", "inner estimator", "transformer", "function"],
)
def test_a_parameter_that_is_called_estimator_has_others_beside_it(read: Callable[..., Config], model: str) -> None:
    assert read(f"data: {{source: a.csv, target: y}}\nmodels: {{m: {model}}}\n").models["m"].estimator == "a.B"


def test_an_inner_estimator_has_no_other_key(told: Told) -> None:
    model = "{estimator: a.B, params: {estimator: {estimator: c.D, param: {n: 3}}}}"
    (problem,) = told(f"data: {{source: a.csv, target: y}}\nmodels: {{m: {model}}}\n")
    assert problem.endswith("m.params.estimator.param: unknown key\n  → did you mean 'params'?")


def test_one_name_stands_for_a_list_of_one(read: Callable[..., Config]) -> None:
    config = read(
        "data: {source: a.csv, target: y, drop: id}\nmodels: {m: a.B}\nmetrics: accuracy\nslices: region\n"
        "gates: [{metric: accuracy, min: 0.5, models: m}]\n"
    )
    assert (config.data.drop, config.metrics, config.slices) == (("id",), ("accuracy",), ("region",))
    assert config.gates[0].models == ("m",)
    assert read("data: {source: a.csv, target: y, drop: 3}\nmodels: {m: a.B}\n").data.drop == ("3",)


def test_one_name_that_does_not_exist_is_told(told: Told) -> None:
    text = "data: {source: a.csv, target: y}\nmodels: {tree: a.B}\ngates: [{metric: r2, min: 0, models: tre}]\n"
    assert told(text) == ["ml-report.yml:3: gates[0].models: there is no model 'tre'\n  → did you mean 'tree'?"]


@pytest.mark.parametrize(
    "path", ["pkg.R", "my.python.Model", "run:build", "sh.Model", "scripts.train:build", "größe.Modell"]
)
def test_import_paths_stay_import_paths(read: Callable[..., Config], path: str) -> None:
    config = read(f"data: {{source: a.csv, target: y}}\nmodels: {{m: '{path}'}}\n")
    assert config.models["m"].estimator == path
