"""A label by which a person accepts what a change is judged by."""

from __future__ import annotations

import pytest

from report.comparison.acceptance import acceptance_of

LABEL = "ml-report: accepted"


def event(*labels: str, **more: object) -> dict:
    pull_request = {"labels": [{"name": name} for name in labels], "updated_at": "2026-01-02T03:04:05Z"}
    return {"pull_request": pull_request, **more}


def test_a_label_that_was_just_set_is_reported_with_who_and_when():
    labeled = event("bug", LABEL, action="labeled", label={"name": LABEL}, sender={"login": "octocat"})
    assert acceptance_of(labeled, LABEL) == f"by the label '{LABEL}', set by octocat at 2026-01-02T03:04:05Z"


@pytest.mark.parametrize(
    "more",
    [
        {"action": "synchronize", "sender": {"login": "author"}},
        {"action": "labeled", "label": {"name": "bug"}, "sender": {"login": "author"}},
        {"action": "labeled", "label": {"name": LABEL}},
    ],
    ids=["another event", "another label", "nobody"],
)
def test_of_other_events_nobody_is_named(more):
    assert acceptance_of(event(LABEL, **more), LABEL) == f"by the label '{LABEL}'"


@pytest.mark.parametrize(
    "told",
    [
        {},
        event(),
        event("bug"),
        {"pull_request": None},
        {"pull_request": {"labels": "x"}},
        {"pull_request": {"labels": [1]}},
    ],
)
def test_without_the_label_nothing_is_accepted(told):
    assert acceptance_of(told, LABEL) is None


def test_the_label_is_that_of_the_configuration():
    assert acceptance_of(event("ok"), "ok") == "by the label 'ok'"
    assert acceptance_of(event(LABEL), "ok") is None
