"""Which files of a repository this process has loaded."""

from __future__ import annotations

import importlib
import sys

from report.core.importing import repository_first
from report.core.loaded import loaded_files, read_loaded, together, write_loaded


def test_modules_of_the_repository_and_no_others(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    names = ("project/loaded_a1.py", "project/loaded_b1/__init__.py", "venv/site-packages/loaded_c1.py", "loaded_d1.py")
    for name in (*names, "project/loaded_not.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.syspath_prepend(str(tmp_path / "venv" / "site-packages"))
    monkeypatch.syspath_prepend(str(tmp_path))
    with repository_first(tmp_path / "project"):
        for name in ("loaded_a1", "loaded_b1", "loaded_c1", "loaded_d1"):
            monkeypatch.setitem(sys.modules, name, importlib.import_module(name))
    expected = ("loaded_d1.py", "project/loaded_a1.py", "project/loaded_b1/__init__.py")
    assert loaded_files(tmp_path / "project") == expected
    write_loaded(tmp_path / "project", tmp_path)
    assert read_loaded(tmp_path) == expected


def test_what_a_process_did_not_leave_is_not_known(tmp_path):
    assert read_loaded(tmp_path) is None
    (tmp_path / "loaded.json").write_text("[1")
    assert read_loaded(tmp_path) is None
    write_loaded(tmp_path, tmp_path / "nowhere")


def test_files_of_several_processes():
    assert together(("b", "a"), (), ["a", "c"]) == ("a", "b", "c")
    assert together(("a",), None) is None
    assert together() == ()
