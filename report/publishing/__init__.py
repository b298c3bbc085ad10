"""A finished report goes out: job summary, step outputs, annotations, and one comment on the pull request."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..core.errors import Place, PublishingError
from .annotations import annotate, log_text
from .cml import post_comment
from .github import GitHub, from_environment
from .outputs import write_outputs, write_summary
from .result import Result, read_result


@dataclass(frozen=True)
class PublishOptions:
    """How to publish. title : tells the comments of several reports apart, [a-z0-9-]+. page_url : of the full page."""

    comment: Literal["update", "off"] = "update"
    title: str = "ml-report"
    page_url: str | None = None
    dry_run: bool = False


@dataclass(frozen=True)
class Published:
    """What became of it. problem : why there is no comment, where there should be one."""

    result: Result
    comment_url: str | None = None
    problem: PublishingError | None = None


def publish_report(folder: Path, environment: Mapping[str, str], *, dry_run: bool = False) -> Published:
    """Publish a report's folder as the environment says; outside of GitHub Actions print the comment.

    Raises PublishingError when the folder holds no whole report, or the mode of the comment is not one.
    """
    mode = environment.get("ML_REPORT_COMMENT") or "update"
    if mode not in ("update", "off"):
        raise PublishingError(f"'{mode}' is no mode", place=Place(key="comment"), hint="write update or off")
    options = PublishOptions(
        comment="off" if mode == "off" else "update",
        title=environment.get("ML_REPORT_ID") or "ml-report",
        page_url=environment.get("ML_REPORT_PAGE_URL") or None,
        dry_run=dry_run,
    )
    return publish(folder, from_environment(environment), options, environment)


def publish(folder: Path, github: GitHub | None, options: PublishOptions, environment: Mapping[str, str]) -> Published:
    """Publish a report's folder. A comment that cannot be posted is a warning, not an error."""
    result = read_result(folder)
    body = _with_link(folder / "comment.md", options.page_url or (github.run_url if github else None))
    if github is None or options.dry_run:
        print(log_text(body.read_text("utf-8")))
        return Published(result)
    if github.summary_file:
        write_summary(github.summary_file, body.read_text("utf-8"))
    published = _comment(result, body, github, options, environment)
    if github.output_file:
        write_outputs(github.output_file, _outputs(folder, published))
    _annotate(published)
    return published


def _with_link(body: Path, url: str | None) -> Path:
    """The file of the comment, its last line a link to the full page: what is in it is what is posted."""
    try:
        text = body.read_text("utf-8")
        link = f"\n[The whole report, with its plots]({url})\n"
        if url and not text.endswith(link):
            body.write_bytes(f"{text.rstrip()}\n{link}".encode())
    except OSError as error:
        raise PublishingError(f"the comment cannot be read: {error.strerror}", place=Place(str(body))) from None
    return body


def _comment(
    result: Result, body: Path, github: GitHub, options: PublishOptions, environment: Mapping[str, str]
) -> Published:
    if options.comment == "off" or github.pull_request is None:
        return Published(result)
    try:
        url = post_comment(github, body, title=options.title, environment=environment)
    except PublishingError as problem:
        return Published(result, problem=problem)
    return Published(result, comment_url=url)


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
    }


def _annotate(published: Published) -> None:
    annotate("error", published.result.failed, title="Gate failed")
    annotate("warning", published.result.warned, title="Model report")
    if published.problem is not None:
        annotate("warning", [str(published.problem)], title="No comment on the pull request")
    elif published.comment_url:
        print(f"Comment: {log_text(published.comment_url)}", file=sys.stderr)
