"""A function with arguments that are given by name: `{function: PATH, params: …}`."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from report.config.schema import ModelConfig
from report.core.errors import ModelError
from report.models.building import build, build_transformer, flat_params
from tests.models.builders import REPOSITORY

TARGET = "sklearn.compose.TransformedTargetRegressor"
CLIP = {"function": "numpy.nan_to_num", "params": {"nan": 7.0}}


def test_a_function_takes_params():
    config = ModelConfig(estimator=TARGET, params={"func": CLIP, "check_inverse": False})
    function = pickle.loads(pickle.dumps(build(config, root=REPOSITORY, key="models.m"))).func  # noqa: S301
    np.testing.assert_array_equal(function(np.array([np.nan, 1.0])), [7.0, 1.0])
    assert flat_params({"func": CLIP}) == {"func": "numpy.nan_to_num", "func__nan": "7.0"}


def test_a_transformer_that_is_a_function_takes_params():
    made = build_transformer(CLIP, root=REPOSITORY, key="k")
    np.testing.assert_array_equal(made.fit_transform(np.array([[np.nan], [1.0]])), [[7.0], [1.0]])


@pytest.mark.parametrize(
    ("path", "params", "key", "message"),
    [
        ("numpy.power", {"x2": 3}, "params.x2", "power takes no argument 'x2' by name"),
        ("numpy.nan_to_num", {"nam": 3}, "params", "nan_to_num cannot be called so: got an unexpected"),
    ],
)
def test_arguments_that_a_function_does_not_take(path, params, key, message):
    given = {"func": {"function": path, "params": params}}
    with pytest.raises(ModelError) as raised:
        build(ModelConfig(estimator=TARGET, params=given), root=REPOSITORY, key="models.m")
    (problem,) = raised.value.problems
    assert problem.message.startswith(message)
    assert problem.place.key == f"models.m.params.func.{key}"
