"""A git repository in which every free text is hostile, and the product run on it as GitHub's runner would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from report.config.fields import LONGEST_NAME, name_flaw
from tests.hostile.strings import HOSTILE

ROOT = Path(__file__).resolve().parents[2]
OWN_CODE = f"""
from sklearn.tree import DecisionTreeClassifier
HOSTILE = {HOSTILE!r}

class Raises(DecisionTreeClassifier):
    def fit(self, X, y):
        print(*HOSTILE, sep="\\n")
        raise ValueError("\\n".join(HOSTILE))

class Hostile(ValueError):
    pass

class RaisesOnOneLine(DecisionTreeClassifier):
    def fit(self, X, y):
        raise Hostile(" ".join(HOSTILE))
"""


@dataclass(frozen=True)
class HostileRun:
    """What came out of `run` and `comment` of one hostile repository. log : what both wrote for the runner."""

    folder: Path
    log: str
    outputs: str
    summary: str

    @property
    def report(self) -> Path:
        return self.folder / "ml-report"


def run_hostile(folder: Path) -> HostileRun:
    """Make the repository, with a base commit on a branch of a hostile name, then train and publish."""
    folder.mkdir()
    git(folder, "init", "--quiet")
    table = hostile_table()
    name = file_name()
    (folder / "own.py").write_text(OWN_CODE, "utf-8")
    (folder / ".gitignore").write_text("ml-report/\n__pycache__/\n", "utf-8")
    _write(folder, table, name, neighbours=9)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "\n".join(HOSTILE).replace("\0", ""))
    git(folder, "branch", branch_name(folder))
    _write(folder, table.iloc[3:], name, neighbours=1)
    git(folder, "commit", "--quiet", "--all", "--message", "change")
    return _run(folder, branch_name(folder))


def hostile_table() -> pd.DataFrame:
    """Columns, cells and labels of hostile text; the columns tell most of the labels apart."""
    generator = np.random.default_rng(0)
    classes = np.repeat(np.arange(len(HOSTILE)), 6)
    cells = np.asarray(HOSTILE, dtype=object)
    noise = generator.normal(scale=4.0, size=(len(HOSTILE), len(classes))).round(3)
    columns = {name: classes + noise[place] for place, name in enumerate(HOSTILE) if place % 3 == 0}
    table = pd.DataFrame({**columns, "cell": cells[classes[::-1]], "label": cells[classes]})
    return table.sample(frac=1, random_state=0)


def model_names() -> list[str]:
    """The hostile strings that may be in a model's name, several of them in each."""
    names = [""]
    for text in HOSTILE:
        joined = f"{names[-1]} {text}".strip()
        if name_flaw(text) is None and len(text) < LONGEST_NAME:
            names[-1:] = [joined] if name_flaw(joined) is None else [names[-1], text]
    return names


def file_name() -> str:
    """As many hostile strings as one name of a file takes."""
    return f"{_joined(text.replace('/', ':') for text in HOSTILE[1::3] if chr(0) not in text)}.parquet"


def branch_name(folder: Path) -> str:
    """As many hostile strings as git takes in one name of a branch."""
    spaceless = ("".join(text.split()).replace("/", "").replace("\0", "") for text in HOSTILE[::2])
    return _joined(text for text in spaceless if text and git(folder, "check-ref-format", f"refs/heads/{text}") == "")


def git(folder: Path, *arguments: str) -> str:
    """Standard output of a git command, or what it says of its failure."""
    command = ["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@a.example", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return ended.stdout if ended.returncode == 0 else f"failed: {ended.stderr}"


def _joined(texts: object) -> str:
    name = ""
    for text in texts:  # type: ignore[attr-defined]
        if len(f"{name}{text}".encode()) < 200:
            name += text
    return name


def _write(folder: Path, table: pd.DataFrame, name: str, *, neighbours: int) -> None:
    table.to_parquet(folder / name, index=False)
    nearest = {"estimator": "sklearn.neighbors.KNeighborsClassifier", "params": {"n_neighbors": neighbours}}
    broken = {"raises": "own.Raises", "raises on one line": "own.RaisesOnOneLine"}
    config = {
        "title": " ".join(HOSTILE),
        "data": {"source": name, "target": "label"},
        "models": {**dict.fromkeys(model_names(), nearest), **broken},
        "slices": ["cell"],
        "gates": [{"metric": "accuracy", "min": 0.99}, {"metric": "accuracy", "not": ["worse", "unclear"]}],
    }
    (folder / "ml-report.yml").write_text(yaml.safe_dump(config, allow_unicode=False), "utf-8")


def _run(folder: Path, base: str) -> HostileRun:
    files = {name: folder.parent / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_EVENT_PATH")}
    for file in files.values():
        file.write_text("", "utf-8")
    files["GITHUB_EVENT_PATH"].write_text(json.dumps({"ref": base}), "utf-8")
    runner = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": "team/wine",
        "GITHUB_EVENT_NAME": "workflow_dispatch",
        "OMP_NUM_THREADS": "1",
        **{name: str(file) for name, file in files.items()},
    }
    log = ""
    for arguments in (["run", f"--base={base}"], ["comment"]):
        ended = subprocess.run(
            [sys.executable, str(ROOT / "entrypoint.py"), *arguments],
            cwd=folder,
            env={**os.environ, **runner},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        log += ended.stdout.decode()
        assert ended.returncode in (0, 1), log
    return HostileRun(
        folder, log, *(files[name].read_text("utf-8") for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"))
    )
