"""The hook `prepare` is called with the labels of validation rows shuffled: features that change are a leak."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from report.config.schema import DataConfig
from report.data import leaks, load_dataset, split_dataset

N = 300
RNG = np.random.default_rng(4)
FRAME = pd.DataFrame(
    {
        "id": np.arange(N),
        "x": RNG.normal(size=N).round(3),
        "city": RNG.choice(["a", "b", "c", "d"], N),
        "y": RNG.choice(["ill", "well"], N),
        "size": RNG.normal(size=N).round(3),
    }
)
HOOKS = """
import numpy as np
import pandas as pd

RNG = np.random.default_rng()

def clean(frame):
    return frame.assign(x2=frame["x"] ** 2, rank=frame["x"].rank())

def labels_made(frame):
    return frame.assign(y=frame["y"].str.upper())

def new_target(frame):
    return frame.assign(made=np.where(frame["size"] > 0, "big", "small"))

def noise(frame):
    return frame.assign(noise=RNG.normal(size=len(frame)))

def sample(frame):
    return frame.sample(frac=0.9)

def by_label(frame):
    return frame.sort_values(["y", "x"]).reset_index(drop=True)

def missing(frame):
    return frame[frame["y"].notna()]

def encoded(frame):
    return frame.assign(mean=frame.groupby("city")["y"].transform(lambda labels: (labels == "ill").mean()))

def encoded_fresh(frame):
    return encoded(frame).reset_index(drop=True)

def copied(frame):
    return frame.assign(copy=(frame["y"] == "ill") * 1.0)

def hidden(frame):
    return frame.assign(hint=(frame["y"] == "ill") * 1.0 + RNG.normal(size=len(frame)) * 0.5)

def dropped(frame):
    return frame[~((frame["y"] == "ill") & (frame["x"] > 1))]

def neighbours(frame):
    return frame.assign(last=(frame["y"].shift(1) == "ill") * 1)

def checked(frame):
    if frame["y"].iloc[:50].tolist() != pd.read_csv("data.csv")["y"].iloc[:50].tolist():
        raise ValueError("other labels")
    return frame

def selected(frame):
    ill = (frame["y"] == "ill") * 1.0
    best = max(["x", "size"], key=lambda name: abs(np.corrcoef(frame[name], ill)[0, 1]))
    return frame[["id", "city", "y", best]].rename(columns={best: "x_" + str(round(ill[frame[best] > 0].mean(), 3))})
"""


@pytest.fixture
def found(tmp_path, monkeypatch):
    """found(hook, frame=…, **data) → the reason, and the notices."""
    (tmp_path / "hooks.py").write_text(HOOKS)
    monkeypatch.chdir(tmp_path)

    def call(hook, frame=FRAME, *, seconds=None, **data):
        frame.to_csv("data.csv", index=False)
        given = {"source": "data.csv", "target": "y", "id": "id", "prepare": f"hooks:{hook}", **data}
        config = DataConfig(**given)
        dataset = load_dataset(config, task="auto", slices=(), root=tmp_path)
        if seconds is not None:
            dataset = dataclasses.replace(dataset, raw=dataclasses.replace(dataset.raw, seconds=seconds))
        return leaks(config, dataset, split_dataset(dataset, config), tmp_path)

    return call


@pytest.mark.parametrize("hook", ["clean", "labels_made", "noise", "sample", "by_label", "missing"])
def test_hooks_that_use_no_label_are_no_leak(hook, found):
    assert found(hook) == (none := found("clean"))
    assert (none.reason, none.notices) == (None, ())


@pytest.mark.parametrize(
    ("hook", "what"),
    [
        ("encoded", "gives other values of 'mean'"),
        ("encoded_fresh", "gives other values of 'mean'"),
        ("copied", "gives other values of 'copy'"),
        ("hidden", "gives other values of 'hint'"),
        ("neighbours", "gives other values of 'last'"),
        ("dropped", " rows in place of "),
        ("selected", "gives no 'x_"),
    ],
)
def test_hooks_that_use_labels_of_validation_are_a_leak(hook, what, found):
    leak = found(hook)
    assert leak.reason.startswith(
        f"the hook 'hooks:{hook}' uses the labels of validation: with these shuffled it gives "
    )
    assert what in leak.reason
    [notice] = leak.notices
    assert notice.severity == "warning"


def test_a_hook_that_fails_with_other_labels_uses_them(found):
    leak = found("checked", FRAME.sort_values("y"))
    assert leak.reason == "the hook 'hooks:checked' uses the labels of validation: with these shuffled it fails"


def test_labels_of_numbers_and_missing_ones_are_shuffled_too(found):
    numbers = FRAME.assign(y=FRAME["size"]).drop(columns="size")
    numbers.loc[::7, "y"] = np.nan
    assert found("missing", numbers).reason is None
    assert found("clean", numbers).reason is None
    assert "'copy'" in found("copied", FRAME.assign(y=FRAME["y"].where(FRAME.index % 7 != 0))).reason


def test_labels_of_a_validation_file_are_shuffled_in_that_file(found, tmp_path):
    FRAME.assign(id=FRAME["id"] + N, x=FRAME["x"] + 0.01).to_csv(tmp_path / "test.csv", index=False)
    given = {"validation": {"source": "test.csv"}}
    assert found("clean", **given).reason is None
    assert "'mean'" in found("encoded", **given).reason


@pytest.mark.parametrize("method", ["hash", "random"])
def test_the_split_by_content_finds_it_as_well(method, found):
    assert "'mean'" in found("encoded", id=None, validation={"method": method}).reason


def test_a_slow_hook_is_not_called_again(found):
    assert found("encoded", seconds=14.9).reason is not None
    late = found("encoded", seconds=15.1)
    assert late.reason is None
    assert late.notices[0].message == "`prepare` takes 15 s: it was not called again to see whether it uses labels"


def test_a_target_that_the_hook_makes_cannot_be_shuffled(found):
    assert found("new_target", target="made").reason is None


def test_without_a_hook_nothing_is_looked_for(found):
    assert found("clean", prepare=None).reason is None
