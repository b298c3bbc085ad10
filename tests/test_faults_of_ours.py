"""An error of this program is told from one of the code that it calls, and its traceback is in the log."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from report.core.errors import ReportError
from report.core.faults import FAULT, fault_of, is_fault, is_ours
from report.core.logs import log_text
from report.core.probing import made_up
from report.core.values import Predictions
from report.models.explaining import reason_for, traceback_for
from report.publishing.hosting import _attempt


def error_of(call) -> Exception:
    with pytest.raises(Exception) as caught:
        call()
    return caught.value


def named(tmp_path: Path, path: str, code: str):
    """A function `call` of a file somewhere."""
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    scope: dict = {}
    exec(compile(code, str(file), "exec"), scope)  # noqa: S102 - a file of this test's own
    return scope["call"]


def test_an_error_of_our_own_code_or_of_numpy_on_its_behalf_is_ours():
    assert is_ours(error_of(lambda: made_up(3, (), None)))
    answers = Predictions(np.zeros(3), np.arange(3))
    assert is_ours(error_of(lambda: answers.take(np.array([7]))))


def test_an_error_of_a_model_is_not_ours(tmp_path):
    code = "def call(*_):\n    raise ValueError('by a model')"
    for path in ("own.py", "site-packages/sklearn/tree.py"):
        broken = named(tmp_path, path, code)
        through_ours = error_of(lambda broken=broken: _through_ours(broken))
        assert not is_ours(through_ours)
    assert is_ours(error_of(lambda: _through_ours(named(tmp_path, "site-packages/numpy/core.py", code))))


def _through_ours(call) -> object:
    """A call by way of a file of this program."""
    from report.models.curves import _first

    return _first((call,), None)


def test_an_error_before_any_code_of_ours_is_not_ours():
    assert not is_ours(error_of(lambda: pd.Series([1])["x"]))
    assert not is_ours(ValueError("never raised"))


def test_a_fault_is_one_line_for_the_report_and_a_traceback_for_the_log(capsys):
    error = error_of(lambda: made_up(3, (), None))
    assert fault_of(error).startswith(f"{FAULT}: ")
    assert is_fault(fault_of(error))
    assert not is_fault("ValueError")
    assert not is_fault(None)
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert "probing.py" in told


def test_a_traceback_starts_no_workflow_command(capsys):
    fault_of(ValueError("x\n::error::boo"))
    assert "::error::" not in capsys.readouterr().err
    assert "::" not in log_text("::error::boo")


def test_pictures_that_cannot_be_put_anywhere_for_an_error_of_ours_say_so(capsys):
    def broken() -> dict[str, str]:
        raise ZeroDivisionError("of ours")

    problem = _attempt("git", broken, 5.0)
    assert str(problem).startswith(f"`git` failed: {FAULT}: ZeroDivisionError: of ours")
    assert "in broken" in capsys.readouterr().err


def test_a_fit_that_ends_by_an_error_of_ours_says_so_and_one_by_the_model_does_not():
    ours = error_of(lambda: made_up(3, (), None))
    assert reason_for(ours, None, None).startswith(f"{FAULT}: ")
    assert "probing.py" in traceback_for(ours, Path())
    theirs = error_of(lambda: LogisticRegression().fit([[np.nan]], [0]))
    assert reason_for(theirs, LogisticRegression(), None).startswith("ValueError: ")
    assert reason_for(ReportError("told"), None, None) == "told"
