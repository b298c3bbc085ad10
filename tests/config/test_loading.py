"""What a configuration may say, and what is made of it."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from report.config.fields import is_import_path, name_flaw, seconds_of
from report.config.loading import _validated
from report.config.schema import (
    ComputeConfig,
    Config,
    CrossValidation,
    DataConfig,
    LabelFile,
    ModelConfig,
    OwnMetric,
    SplitConfig,
    ValidationFile,
)

Read = Callable[..., Config]

EVERYTHING = Path(__file__).with_name("everything.yml").read_text("utf-8")


def test_everything_that_can_be_written(read: Read) -> None:
    config = read(EVERYTHING)
    assert config.data.source == ("data/a.csv", "data/b*.csv")
    assert config.data.drop == ("comment", "Unnamed*", "3")
    assert config.data.positive == 1
    assert config.data.validation == SplitConfig(method="random", size=0.25, seed=7, stratify=True)
    assert config.data.image_shape == (8, 8)
    assert config.models["logistic"] == ModelConfig(estimator="sklearn.linear_model.LogisticRegression")
    assert config.models["random forest"].params == {"class_weight": {"yes": 2.0, 3: 1.0}, "max_depth": None}
    assert config.models["stack"].params["final_estimator"] == {"estimator": "mine.models:build"}
    assert config.metrics[1] == OwnMetric(function="scoring:profit", greater_is_better=True, needs="probability")
    assert config.cross_validation == CrossValidation(folds=3, repeats=2)
    assert [gate.models for gate in config.gates] == [("logistic",), None]
    assert config.compute.seconds == 90


def test_what_is_left_out_has_defaults(read: Read) -> None:
    config = read("data: {source: sklearn:iris}\nmodels: {a: b.C}\n")
    assert (config.data.validation, config.samples.rows, config.compute.seconds) == (0.2, 10, 1800)
    assert (config.gates, config.cross_validation, config.metrics) == ((), None, ())


def test_a_key_with_nothing_under_it_is_left_out(read: Read) -> None:
    config = read("data: {source: sklearn:iris, drop:}\nmodels: {a: b.C}\ngates:\n#  - {metric: r2, min: 0}\n")
    assert (config.gates, config.data.drop) == ((), ())


def test_a_byte_order_mark_is_no_text(read: Read) -> None:
    assert read("\ufefftitle: a\ndata: {source: sklearn:iris}\nmodels: {a: b.C}\n").title == "a"


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("0.5", 0.5),
        ("{source: test.csv}", ValidationFile(source="test.csv")),
        (
            "{source: test.csv, target: {source: labels.csv, column: y}}",
            ValidationFile(source="test.csv", target=LabelFile(source="labels.csv", column="y")),
        ),
        ("{size: 0.5}", SplitConfig(size=0.5)),
    ],
)
def test_forms_of_validation(read: Read, written: str, form: object) -> None:
    config = read(f"data: {{source: sklearn:iris, validation: {written}}}\nmodels: {{a: b.C}}\n")
    assert config.data.validation == form


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("quality", "quality"),
        ("yes", "yes"),
        ("4", "4"),
        ("[a, 1]", ("a", "1")),
        ("{source: labels.csv}", LabelFile(source="labels.csv")),
    ],
)
def test_forms_of_the_target(read: Read, written: str, form: object) -> None:
    assert read(f"data: {{source: a.csv, target: {written}}}\nmodels: {{a: b.C}}\n").data.target == form


@pytest.mark.parametrize(
    ("written", "value"),
    [("yes", "yes"), ("true", True), ("1", 1), ("1.0", 1.0), ("'1'", "1"), ("2020-01-01", "2020-01-01")],
)
def test_a_positive_class_keeps_its_type(read: Read, written: str, value: object) -> None:
    positive = read(f"data: {{source: sklearn:iris, positive: {written}}}\nmodels: {{a: b.C}}\n").data.positive
    assert (positive, type(positive)) == (value, type(value))


def test_a_configuration_does_not_change_and_travels(read: Read) -> None:
    config = read(EVERYTHING)
    with pytest.raises(ValidationError):
        config.title = "other"
    assert pickle.loads(pickle.dumps(config)) == config  # noqa: S301 - as joblib does for its workers
    assert Config.model_validate(config.model_dump(exclude_unset=True)) == config


def test_sections_can_be_made_in_code() -> None:
    data = DataConfig(source=("a.csv",), target=("a", "b"), validation=ValidationFile(source="b.csv"))
    assert data.model_dump(exclude_unset=True)["validation"] == {"source": "b.csv"}


@pytest.mark.parametrize(
    ("limit", "seconds"),
    [("30m", 1800), ("90s", 90), ("2h", 7200), ("1.5h", 5400), ("45", 45), ("2 h", 7200), (0.5, 0.5), (60, 60)],
)
def test_time_limits(limit: str | float, seconds: float) -> None:
    assert ComputeConfig(time_limit=limit).seconds == seconds


@pytest.mark.parametrize("limit", ["", "m", "1:30", "-5m", "0s", "1d", "30m 5s", 0, -1, float("inf"), float("nan")])
def test_no_time_limits(limit: str | float) -> None:
    assert seconds_of(limit) is None


@pytest.mark.parametrize("path", ["a.b", "a:b", "a.b.c", "a.b:c", "_a._b", "modèle.Forêt"])
def test_import_paths(path: str) -> None:
    assert is_import_path(path)


@pytest.mark.parametrize("path", ["", "a", "a.", ".a", "a..b", "a:b:c", "a.b()", "a b.c", "1.a", "a-b.c", "a:b.c"])
def test_no_import_paths(path: str) -> None:
    assert not is_import_path(path)


@pytest.mark.parametrize("name", ["forest", "random forest", "v1.5", "LightGBM (tuned)", "Modell-ä", "森林"])
def test_names_of_models(name: str) -> None:
    assert name_flaw(name) is None


@given(st.text(min_size=1, max_size=60))
def test_a_name_that_is_accepted_is_one_file_name(name: str) -> None:
    if name_flaw(name) is None:
        assert not set(name) & set('/\\:*?"<>|\0\n\r\t')
        assert name not in (".", "..")
        assert name == name.rstrip(". ")


INNER_KEYS = [
    "source",
    "target",
    "validation",
    "estimator",
    "params",
    "preprocess",
    "columns",
    "apply",
    "min",
    "metric",
    "models",
    "method",
    "read",
]
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("a.b"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(INNER_KEYS) | st.integers(0, 2), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["data", "models", "gates", "metrics", "seeds", "report", "x"]), values))
def test_any_mapping_is_accepted_or_has_its_problems_told(value: dict[str, object]) -> None:
    config, flaws = _validated(value)
    assert (config is not None) or flaws
    assert not [flaw for flaw in flaws if "Input should" in flaw.message or "another value" in flaw.message]


def test_nothing_heavy_is_imported() -> None:
    code = (
        "import sys, report.config, report.config.schema, report.config.starter\n"
        "report.config.json_schema()\n"
        "print(*sorted({'numpy', 'pandas', 'sklearn', 'scipy', 'matplotlib', 'pyarrow', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr, done.returncode) == ("", "", 0)
