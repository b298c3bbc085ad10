"""A finished report goes out: job summary, step outputs, annotations, and one comment on the pull request."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ..core.errors import Place, PublishingError
from ..core.faults import fault_of
from .annotations import annotate, log_text
from .deadline import within
from .github import OF_PULL_REQUESTS, GitHub, from_environment
from .hosting import Hosted, Way, host_pictures, way_of
from .marks import LINE, Mark, Mode
from .outputs import write_outputs, write_summary
from .pictures import show_pictures
from .result import Result, read_result

MODES = ("update", "new", "off")
TIME_LIMIT = 300.0  # seconds for the comment, with all that is tried
CML_TIME_LIMIT = 120.0  # seconds of them for CML, which waits for many minutes when GitHub limits its rate

_LINK = r"\[The whole report, with its plots\]\([^()\s]*\)\n"
_TAIL = re.compile(rf"\n\n(?:{_LINK})?{LINE}\n\Z|\n\n{_LINK}\Z")


@dataclass(frozen=True)
class PublishOptions:
    """How to publish. title : tells the comments of several reports apart, [a-z0-9-]+. page_url : of the full page.

    plots : where the plots of the comment are put.
    """

    comment: Literal["update", "new", "off"] = "update"
    plots: Way = "auto"
    title: str = "ml-report"
    page_url: str | None = None
    dry_run: bool = False
    time_limit: float = TIME_LIMIT
    cml_time_limit: float = CML_TIME_LIMIT


@dataclass(frozen=True)
class Published:
    """What became of it. problem : why there is no comment that should be. withheld : why there need not be one.

    plots : where those of the comment are, and what failed on the way.
    """

    result: Result
    comment_url: str | None = None
    problem: PublishingError | None = None
    withheld: str | None = None
    plots: Hosted = field(default_factory=Hosted)


def publish_report(folder: Path, environment: Mapping[str, str], *, dry_run: bool = False) -> Published:
    """Publish a report's folder as the environment says; outside of GitHub Actions print the comment.

    Raises PublishingError when the folder holds no whole report, or the mode of the comment is not one.
    """
    options = PublishOptions(
        comment=_mode(environment.get("ML_REPORT_COMMENT") or "update"),
        plots=way_of(environment.get("ML_REPORT_PLOTS") or "auto"),
        title=environment.get("ML_REPORT_ID") or "ml-report",
        page_url=environment.get("ML_REPORT_PAGE_URL") or None,
        dry_run=dry_run,
    )
    return publish(folder, from_environment(environment), options, environment)


def _mode(given: str) -> Literal["update", "new", "off"]:
    if given not in MODES:
        raise PublishingError(f"'{given}' is no mode", place=Place(key="comment"), hint="write update, new or off")
    return "update" if given == "update" else "new" if given == "new" else "off"


def publish(folder: Path, github: GitHub | None, options: PublishOptions, environment: Mapping[str, str]) -> Published:
    """Publish a report's folder. A comment that cannot be posted is a warning, not an error."""
    result = read_result(folder)
    body = folder / "comment.md"
    if github is None or options.dry_run:
        print(log_text(_finish(body, options.page_url)))
        return Published(result)
    if github.summary_file:
        write_summary(github.summary_file, *_summaries(folder, options.page_url or github.run_url))
    published = _comment(result, body, github, options, environment)
    if github.summary_file and (published.problem or published.withheld):
        write_summary(github.summary_file, _note(published))
    if github.output_file:
        write_outputs(github.output_file, _outputs(folder, published))
    _annotate(published)
    return published


def _summaries(folder: Path, url: str | None) -> list[str]:
    """What the job summary may show, the longest first."""
    return [_finish(file, url) for name in ("summary.md", "comment.md") if (file := folder / name).exists()]


def _finish(body: Path, url: str | None, mark: Mark | None = None) -> str:
    """The comment with its last lines, a link to the full page and the mark: what is in the file is what is posted."""
    try:
        text = _TAIL.sub("\n", body.read_text("utf-8"))
        lines = [f"[The whole report, with its plots]({url})"] if url else []
        lines += [mark.line] if mark else []
        if lines:
            text = "\n".join([f"{text.rstrip()}\n", *lines, ""])
            body.write_bytes(text.encode())
    except OSError as error:
        raise PublishingError(f"the comment cannot be read: {error.strerror}", place=Place(str(body))) from None
    return text


def _comment(
    result: Result, body: Path, github: GitHub, options: PublishOptions, environment: Mapping[str, str]
) -> Published:
    if options.comment == "off":
        return Published(result)
    try:
        return within(options.time_limit, lambda: _post(result, body, github, options, environment))
    except PublishingError as problem:
        return Published(result, problem=problem)
    except TimeoutError as error:
        return Published(
            result, problem=PublishingError(f"GitHub is too slow: {error}", hint="run the job again when it is well")
        )
    except Exception as error:  # noqa: BLE001 - an error of ours, shown as one: the gates decide on the job
        return Published(result, problem=bug(error))


def bug(error: Exception) -> PublishingError:
    """An error of ours as a warning, with its traceback in the log."""
    return PublishingError(fault_of(error), hint="please report it, with the lines above")


def _post(
    result: Result, body: Path, github: GitHub, options: PublishOptions, environment: Mapping[str, str]
) -> Published:
    from .comment import Draft, post_comment
    from .events import with_pull_request

    github = with_pull_request(github)
    if github.pull_request is None:
        if github.event_name in OF_PULL_REQUESTS:
            raise PublishingError("the event file names no pull request", hint="GITHUB_EVENT_PATH has to lead to it")
        return Published(result)
    sha = re.sub(r"[^0-9a-f]", "", github.head_sha)
    mode: Mode = "new" if options.comment == "new" else "update"
    mark = Mark(options.title, sha, github.run_id, github.run_attempt, mode)
    plots = show_pictures(
        body.parent,
        lambda pictures: host_pictures(
            pictures, github, way=options.plots, report_id=options.title, environment=environment
        ),
    )
    _finish(body, options.page_url or github.run_url, mark)
    posted = post_comment(github, Draft(body, mark), environment=environment, cml_time_limit=options.cml_time_limit)
    return Published(result, comment_url=posted.url, withheld=posted.withheld, plots=plots)


def _note(published: Published) -> str:
    """What stands in the job summary instead of a comment; words of others stay in the log."""
    if published.withheld:
        return f"\n> [!NOTE]\n> Not posted as a comment: {published.withheld}.\n"
    return "\n> [!WARNING]\n> This report could not be posted as a comment: a warning of this job says why.\n"


def _outputs(folder: Path, published: Published) -> dict[str, str]:
    result = published.result
    return {
        "passed": "true" if result.passed else "false",
        "report": (folder / "report.md").as_posix(),
        "report-json": (folder / "report.json").as_posix(),
        "best-model": result.best_model or "",
        "metrics": json.dumps(result.metrics, ensure_ascii=False),
        "verdict": result.verdict or "",
        "improved": "true" if result.verdict == "improved" else "false",
        "comparison": json.dumps(result.comparison, ensure_ascii=False),
        "comment-url": published.comment_url or "",
        "comment-error": "true" if published.problem else "false",
    }


def _annotate(published: Published) -> None:
    annotate("error", published.result.failed, title="Gate failed")
    annotate("warning", published.result.warned, title="Model report")
    if published.plots.problem is not None:
        annotate(published.plots.level, [str(published.plots.problem)], title="No pictures in the comment")
    if published.problem is not None:
        annotate("warning", [str(published.problem)], title="No comment on the pull request")
    elif published.withheld:
        annotate("notice", [published.withheld], title="No comment on the pull request")
    elif published.comment_url:
        print(f"Comment: {log_text(published.comment_url)}", file=sys.stderr)
