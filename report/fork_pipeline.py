"""The trusted half, for pull requests from forks: the artifacts of a run become comments, as SECURITY.md says.

Nothing of the repository or of the pull request is executed. What an artifact says is text and numbers, checked and
rendered afresh; which pull request it is for, and of which commit, GitHub says.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from .core.errors import PublishingError, ReportError
from .core.faults import traceback_of
from .core.logs import to_log
from .publishing import PublishOptions, bug, publish
from .publishing.annotations import annotate
from .publishing.artifacts import Artifact, download, list_reports
from .publishing.bundle import read_bundle
from .publishing.deadline import within
from .publishing.github import GitHub, Target, from_environment
from .publishing.hosting import Way, way_of
from .publishing.outputs import write_outputs, write_summary
from .publishing.png import reencode
from .publishing.triggering import TriggeringRun, find_pull_request, triggering_run
from .rendering.plots import PLOT_IDS
from .rendering.reading import StoredReport, read_report
from .rendering.writing import write_again

TIME_LIMIT = 120.0  # seconds for an artifact to arrive
_TITLE = "No comment on the pull request"


@dataclass
class Outcome:
    """What became of a run's reports. urls : of the comments, by report id. note : why there is nothing to post.

    warnings : what is still to be told. failed : whether a comment that should be there is not.
    """

    urls: dict[str, str] = field(default_factory=dict)
    note: str = ""
    warnings: list[str] = field(default_factory=list)
    failed: bool = False

    def fail(self, problem: str) -> None:
        """There is a comment less than there should be."""
        self.failed = True
        self.warnings.append(problem)


def comment_on_run(environment: Mapping[str, str]) -> Outcome:
    """Post the reports of the run that a `workflow_run` event tells of: one comment each, on its pull request.

    What cannot be posted is a warning. Raises PublishingError outside of GitHub Actions.
    """
    github = from_environment(environment)
    if github is None:
        raise PublishingError("this is no run of GitHub Actions", hint="on a laptop: `comment --report FOLDER`")
    way = way_of(environment.get("ML_REPORT_PLOTS") or "auto")
    outcome = Outcome()
    try:
        _post_all(github, way, environment, outcome)
    except PublishingError as problem:
        outcome.fail(str(problem))
    except Exception as error:  # noqa: BLE001 - an error of ours, shown as one: a warning, as others
        outcome.fail(str(bug(error)))
    _tell(outcome, github)
    return outcome


def _post_all(github: GitHub, way: Way, environment: Mapping[str, str], outcome: Outcome) -> None:
    run = triggering_run(github)
    if run.event != "pull_request":
        outcome.note = f"the run was for the event '{run.event}', not for a pull request"
        return
    search = find_pull_request(github, run)
    if search.target is None:
        outcome.note = search.reason
        return
    artifacts = list_reports(github, run)
    if artifacts.left_out:
        outcome.fail(f"{artifacts.left_out} artifacts are too many, or have no valid report-id")
    if not artifacts.found:
        outcome.note = "the run has left no report: its log says why"
    for artifact in artifacts.found:
        _post(_as_if_there(github, run, search.target), run, artifact, way, environment, outcome)


def _as_if_there(github: GitHub, run: TriggeringRun, target: Target) -> GitHub:
    """The run that has trained, in the place of this one: it decides which comment is the newer one."""
    url = f"{github.server_url}/{github.repository}/actions/runs/{run.id}"
    there = replace(github, target=target, sha=run.head_sha, run_id=run.id, run_attempt=run.attempt, run_url=url)
    return replace(there, output_file=None)


def _post(
    github: GitHub,
    run: TriggeringRun,
    artifact: Artifact,
    way: Way,
    environment: Mapping[str, str],
    outcome: Outcome,
) -> None:
    page = None if artifact.page is None else f"{github.run_url}/artifacts/{artifact.page}"
    options = PublishOptions(plots=way, title=artifact.report_id, page_url=page)
    try:
        with tempfile.TemporaryDirectory(prefix="ml-report-") as folder:
            _unpack(github, run, artifact, Path(folder), outcome)
            published = publish(Path(folder), github, options, environment)
    except ReportError as problem:
        outcome.fail(f"{artifact.report_id}: {problem}")
        return
    except Exception as error:  # noqa: BLE001 - an error of ours, shown as one: others are posted all the same
        outcome.fail(f"{artifact.report_id}: {bug(error)}")
        return
    if published.comment_url:
        outcome.urls[artifact.report_id] = published.comment_url
    outcome.failed |= published.problem is not None


def _unpack(github: GitHub, run: TriggeringRun, artifact: Artifact, folder: Path, outcome: Outcome) -> None:
    """Write a report anew, from the values that an artifact holds."""
    try:
        content = within(TIME_LIMIT, lambda: download(github, artifact))
    except TimeoutError as error:
        raise PublishingError(f"the artifact does not arrive: {error}", hint="run the job again later") from None
    bundle = read_bundle(content, PLOT_IDS)
    stored = read_report(bundle.report)
    plots = _clean(bundle.plots, artifact, outcome)
    try:
        write_again(_with_commit(stored, run), plots, folder)
    except Exception as error:  # noqa: BLE001 - values that fit the schema and still cannot be
        to_log(traceback_of(error))
        raise PublishingError(f"the report cannot be rendered ({type(error).__name__})") from None


def _with_commit(stored: StoredReport, run: TriggeringRun) -> StoredReport:
    """The report with the commit that GitHub says it is of."""
    comparison = stored.comparison
    return replace(stored, comparison=replace(comparison, run=replace(comparison.run, commit=run.head_sha)))


def _clean(plots: Mapping[str, bytes], artifact: Artifact, outcome: Outcome) -> dict[str, bytes]:
    """The pictures, encoded anew; the report is shown without one that cannot be."""
    clean = {name: _encoded(name, content, artifact, outcome) for name, content in plots.items()}
    return {name: content for name, content in clean.items() if content is not None}


def _encoded(name: str, content: bytes, artifact: Artifact, outcome: Outcome) -> bytes | None:
    try:
        return reencode(content)
    except PublishingError as problem:
        outcome.warnings.append(f"{artifact.report_id}: the plot '{name}' is left out: {problem}")
        return None


def _tell(outcome: Outcome, github: GitHub) -> None:
    annotate("warning", outcome.warnings, title=_TITLE)
    if outcome.note:
        annotate("notice", [outcome.note], title=_TITLE)
    if github.summary_file and not outcome.urls:
        write_summary(github.summary_file, "No report was posted: an annotation of this job says why.\n")
    if github.output_file:
        write_outputs(
            github.output_file,
            {
                "comment-urls": json.dumps(outcome.urls),
                "comment-url": next(iter(outcome.urls.values()), ""),
                "comment-error": "true" if outcome.failed else "false",
            },
        )
