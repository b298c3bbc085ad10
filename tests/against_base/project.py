"""A real git repository with data and a configuration, to try changes on."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from report.cli import main

CONFIG = """\
data: {source: data.csv, target: label}
models:
  tree: {estimator: sklearn.tree.DecisionTreeClassifier, params: {max_depth: 2}}
metrics: [accuracy]
report: {plots: none}
"""


def _is_of_a_test(module: object) -> bool:
    file = getattr(module, "__file__", None) or ""
    return Path(file).parent.name.startswith("test_") and "pytest-of-" in file


class Project:
    """A repository with data and a configuration; `run` trains its work tree against a commit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "--quiet", "--initial-branch=main")
        self.write(CONFIG)
        self.table = rows(120)
        self.save(self.table)
        (folder / ".gitignore").write_text("ml-report/\n__pycache__/\n")
        self.base = self.commit()

    def git(self, *arguments: str) -> str:
        command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(self.folder), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")
        return self.git("rev-parse", "HEAD")

    def write(self, config: str) -> None:
        (self.folder / "ml-report.yml").write_text(config)

    def put(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def start(self, config: str | None = None, table: pd.DataFrame | None = None, **files: str) -> None:
        """Make this the base: a configuration, data, and files (`name__py` for name.py)."""
        if config is not None:
            self.write(config)
        if table is not None:
            self.table = table
            self.save(table)
        for name, text in files.items():
            self.put(name.replace("__", "."), text)
        self.base = self.commit()

    def save(self, table: pd.DataFrame) -> None:
        table.to_csv(self.folder / "data.csv", index=False)

    def run(self, *arguments: str) -> dict:
        """The base side that the report tells of."""
        self._forget_modules()
        assert main(["run", f"--base={self.base}", *arguments], dict(os.environ)) == 0
        assert self.git("worktree", "list").count("\n") == 0, "no worktree is left"
        return self.report["base"]

    def _forget_modules(self) -> None:
        """A run is a process of its own, but in tests: its modules are those of this moment, of this repository."""
        here = {file.stem for file in self.folder.glob("*.py")}  # other tests may have modules of the same name
        ours = [name for name, module in list(sys.modules.items()) if name in here or _is_of_a_test(module)]
        for name in ours:
            del sys.modules[name]
        importlib.invalidate_caches()
        shutil.rmtree(self.folder / "__pycache__", ignore_errors=True)

    @property
    def report(self) -> dict:
        """All that the last report says, as data."""
        return json.loads((self.folder / "ml-report" / "report.json").read_text())

    @property
    def page(self) -> str:
        """The last report as a person reads it, one space between words."""
        return " ".join((self.folder / "ml-report" / "report.md").read_text().replace("&nbsp;", " ").split())


def rows(count: int, seed: int = 0) -> pd.DataFrame:
    drawn = np.random.default_rng(seed).normal(size=(count, 3)).round(3)
    table = pd.DataFrame(drawn, columns=["a", "b", "c"])
    return table.assign(label=np.where(table.a + table.b * table.c > 0, "yes", "no"))


def notices(base: dict) -> str:
    """What the report notes on the comparison, as one text."""
    return " ".join(notice["message"] for notice in base["notices"])


def change_of(base: dict, metric: str = "accuracy", model: str | None = None) -> dict:
    """The change of a metric of a model, of the only one when none is named."""
    [pair] = [pair for pair in base["pairs"] if model in {None, pair["head"]}]
    [change] = [change for change in pair["changes"] if change["metric"] == metric]
    return change
