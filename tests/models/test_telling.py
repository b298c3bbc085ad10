"""Errors, warnings and ends of processes, in one line each."""

from __future__ import annotations

import signal
import sys
import warnings

import pytest

from report.core.errors import ModelError, Place
from report.models.telling import collected_warnings, exit_words, last_lines, one_line


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("Input X contains NaN.\nLong advice follows."), "ValueError: Input X contains NaN."),
        (ValueError("\n\n  later  "), "ValueError: later"),
        (KeyError("a"), "KeyError: 'a'"),
        (RuntimeError(), "RuntimeError"),
        (MemoryError("unable to allocate"), "out of memory"),
        (ModelError("bad", place=Place(key="models.m"), hint="mend it"), "models.m: bad → mend it"),
        (ModelError('failed:\n  File "a.py", line 1\nNameError: x', hint="mend it"), "failed: NameError: x → mend it"),
    ],
)
def test_an_error_is_one_line(error, line):
    assert one_line(error) == line


def test_a_long_error_is_cut():
    line = one_line(ValueError("word " * 1000))
    assert len(line) <= 300
    assert line.endswith("…")


def test_a_line_that_announces_the_next_one_is_told_with_it():
    with collected_warnings("m") as notices:
        warnings.warn("lbfgs failed (status=1):\nTOO MANY ITERATIONS\n\nsee the manual", stacklevel=1)
    assert [notice.message for notice in notices] == ["lbfgs failed (status=1): TOO MANY ITERATIONS"]


def test_warnings_are_counted_cut_and_capped():
    with collected_warnings("m") as notices:
        for number in range(8):
            warnings.warn(f"kind {number}\n\nadvice", RuntimeWarning, stacklevel=1)
        warnings.warn("kind 0\n\nadvice", RuntimeWarning, stacklevel=1)
    assert notices[0].message == "RuntimeWarning: kind 0 (2 times)"
    assert [notice.subject for notice in notices] == ["m"] * 6
    assert notices[-1].message == "3 other Python warnings"


@pytest.mark.skipif(sys.platform == "win32", reason="signals end processes on POSIX")
def test_ends_of_processes():
    assert exit_words(-signal.SIGKILL) == "its process was ended by SIGKILL, perhaps for lack of memory"
    assert exit_words(-signal.SIGTERM) == "its process was ended by SIGTERM"
    assert exit_words(-250) == "its process was ended by signal 250"
    assert exit_words(3) == "it ended its process with exit status 3"


def test_the_last_lines_of_a_log(tmp_path):
    log = tmp_path / "log.txt"
    assert last_lines(log) == ""
    log.write_bytes(b"\n".join(b"line %d" % number for number in range(50_000)) + b"\n\n\xff" + b"x" * 1000)
    lines = last_lines(log).splitlines()
    assert lines[-2] == "line 49999"
    assert len(lines) == 20
    assert len(lines[-1]) <= 401
