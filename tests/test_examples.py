"""Each example runs as it stands, and its report holds what the example is there to show."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from report.cli import main
from tests.sharing import made_once

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
NAMES = sorted(folder.name for folder in EXAMPLES.iterdir() if (folder / "ml-report.yml").exists())

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=NAMES)
def example(request, tmp_path_factory) -> tuple[str, Path, dict]:
    """An example's name, the folder of its report, and its report.json."""
    output = made_once(tmp_path_factory, f"example-{request.param}", partial(_run, request.param))
    return request.param, output, json.loads((output / "report.json").read_text())


def _run(name: str, folder: Path) -> Path:
    shutil.copytree(EXAMPLES / name, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main(["run"], {}) == 0
    return folder / "ml-report"


def test_every_model_has_scores_and_loss_on_both_splits(example):
    _, _, report = example
    for model in report["head"]["models"]:
        found = {(score["metric"], score["split"]) for score in model["scores"] if score["value"] is not None}
        assert {("loss", "train"), ("loss", "validation")} <= found
        assert {
            (metric["name"], split) for metric in report["head"]["metrics"] for split in ("train", "validation")
        } <= found


def test_every_model_has_a_loss_curve(example):
    _, _, report = example
    for model in report["head"]["models"]:
        assert len(model["curve"]["x"]) >= 3, model["name"]


def test_report_shows_its_plots(example):
    _, output, _ = example
    text = (output / "report.md").read_text()
    plots = sorted(file.name for file in (output / "plots").iterdir())
    assert plots
    assert all(f"plots/{name}" in text for name in plots)


def test_every_model_has_a_curve_of_accuracy_or_error_that_ends_at_its_score(example):
    _, _, report = example
    for model in report["head"]["models"]:
        curve = model["curve"]["metric"]
        assert curve["metric"] == report["head"]["metrics"][0]["name"]
        for split in ("train", "validation"):
            score = next(s for s in model["scores"] if (s["metric"], s["split"]) == (curve["metric"], split))
            assert curve[split][-1] == pytest.approx(score["value"], rel=1e-5), (model["name"], split)


def test_the_demo_compares_a_commit_with_the_one_before(tmp_path):
    command = [sys.executable, EXAMPLES.parent / "scripts" / "demo.py", "--output", tmp_path / "demo"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert f"Report: {tmp_path / 'demo' / 'report.md'}" in done.stdout
    report = json.loads((tmp_path / "demo" / "report.json").read_text("utf-8"))
    assert report["base"]["status"] == "compared"
    assert report["verdict"] == "improved"
    assert [pair["status"] for pair in report["base"]["pairs"]] == ["paired"] * 3
    assert report["base"]["data"]["n_added"] == 157
    plots = {file.name for file in (tmp_path / "demo" / "plots").iterdir()}
    assert {"changes.png", "loss.png", "metric_curves.png"} <= plots


def test_digits_are_shown_as_pictures(example):
    name, output, report = example
    has_images = any(samples["images"] for samples in report["head"]["samples"])
    assert has_images == (name == "digits")
    assert (output / "plots" / "samples.png").exists() == (name == "digits")
