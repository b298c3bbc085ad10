"""Arguments and environment → calls → exit codes. The only reader of argv and of the environment."""

from __future__ import annotations

import argparse
import errno
import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import traceback
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from .config import Override, json_schema, load_config, placed
from .config.loading import asked_base, well_formed
from .core.errors import ConfigError, ModelError, OutputError, Place, ReportError
from .publishing.annotations import annotate_error, log_text
from .publishing.console import choose_progress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .comparison.base.commits import BaseCommit
    from .comparison.base.request import BaseRequest
    from .config.schema import Config

INPUT_PREFIX = "ML_REPORT_INPUT_"
_CONFIG = Path("ml-report.yml")
_CELLS_OF_SECONDS = 2_000_000  # rows × columns that boosting of a hundred trees learns in a few seconds
_FULL = (errno.ENOSPC, errno.EDQUOT)
SET_INPUT = f"{INPUT_PREFIX}SET"
_PROGRAM = str(Path(__file__).resolve().parents[1] / "entrypoint.py")
_NOT_FOR_BASE = re.compile(r"ML_REPORT_|INPUT_|ACTIONS_|(GH|GITHUB)(_ENTERPRISE)?_TOKEN$")


class Exit(IntEnum):
    """What the exit status says."""

    FINE = 0
    GATE_FAILED = 1
    USER_ERROR = 2
    BUG = 3
    INTERRUPTED = 130


def main(arguments: Sequence[str], environment: Mapping[str, str], *, program: str = "python entrypoint.py") -> int:
    """Run one command; expected errors are told in a few lines, a bug with its traceback.

    program : how the user called this, for hints.
    """
    _print_anything()
    options = _parser().parse_args(arguments, argparse.Namespace(program=program, log=None))
    try:
        code = int(options.command(options, environment))
        sys.stdout.flush()
    except ReportError as error:
        _tell(error, environment, options.log)
        return Exit.USER_ERROR
    except BrokenPipeError:  # the reader has gone, as of `comment | head`
        _print_no_more()
        return Exit.FINE
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return Exit.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - a bug of ours: told apart from the user's errors by its exit code
        if isinstance(error, OSError) and error.errno in _FULL:
            _print_no_more()
            full = OutputError(f"the disk is full: {error}", hint="make room, then run this again")
            _tell(full, environment, options.log)
            return Exit.USER_ERROR
        traceback.print_exc()
        print("This is a bug in ml-report-action: please report it with the lines above.", file=sys.stderr)
        return Exit.BUG
    else:
        return code


def _print_anything() -> None:
    """A console that has no ✓ gets an escape in its place, not an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _print_no_more() -> None:
    """What is still to be printed, and what Python flushes at its end, must not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(error: ReportError, environment: Mapping[str, str], log: TextIO | None) -> None:
    """Each problem in the log, and in GitHub Actions as an annotation, whose path starts at the workspace."""
    workspace = environment.get("GITHUB_WORKSPACE")
    folder = os.path.relpath(Path.cwd(), workspace) if workspace else ""
    for problem in error.problems:
        print(f"error: {log_text(str(problem))}", file=log or sys.stderr)
        if environment.get("GITHUB_ACTIONS") == "true":
            annotate_error(problem, folder=folder, stream=log)


def _log(descriptor: str) -> TextIO:
    """Where a run says what it has to say, when all that comes by the usual streams is taken for others' text."""
    os.set_inheritable(int(descriptor), False)
    return os.fdopen(int(descriptor), "w", buffering=1, encoding="utf-8", errors="backslashreplace")


def _config(options: argparse.Namespace, given: Sequence[Override]) -> Config:
    """The configuration; where it is flawed, what its other parts have wrong is told as well."""
    try:
        return load_config(options.config, given, program=options.program)
    except ConfigError as error:
        config = well_formed(options.config, given)
        if config is None:
            raise
        from .checking import with_well_formed

        raise placed(with_well_formed(error, config, Path.cwd()), options.config, given) from None


def _run(options: argparse.Namespace, environment: Mapping[str, str]) -> Exit:
    given = overrides(options.overrides, environment)
    config = _config(options, given)
    from .models import prepare_workers

    prepare_workers()  # workers load scikit-learn while this process loads the rest
    from . import pipeline
    from .core.run import RunClock

    root = Path.cwd()
    clock = RunClock(commit=environment.get("ML_REPORT_COMMIT") or _commit(root), config_file=str(options.config))
    base = _base_request(options, environment, root)
    try:
        with choose_progress(environment, options.log) as progress:
            comparison = pipeline.run(
                config, root=root, output=options.output, clock=clock, progress=progress, base=base
            )
    except ReportError as error:
        raise placed(error, options.config, given) from None
    from .rendering import console_summary

    try:
        print(log_text(console_summary(comparison)), file=options.log)
        page = options.output / "report.html"
        print(f"Report: {options.output / 'report.md'} (as a page: {page})", file=options.log, flush=True)
    except BrokenPipeError:  # the exit code counts, whoever listens
        _print_no_more()
    models = comparison.head.models
    if all(model.status != "ok" for model in models):
        reasons = "".join(f"\n  {model.name}: {model.reason}" for model in models)
        raise ModelError(f"every model failed{reasons}", hint=f"what they printed: {options.output / 'report.md'}")
    return Exit.FINE if comparison.passed else Exit.GATE_FAILED


def _base(options: argparse.Namespace, environment: Mapping[str, str]) -> Exit:
    from .core.terminating import terminable

    threading.Thread(target=_end_with_head, daemon=True).start()
    with terminable():
        if options.environment is not None:
            return _base_in_own_environment(options, environment)
        from .base_pipeline import answer_question
        from .publishing.console import LogProgress

        answer_question(
            options.exchange,
            root=Path.cwd(),
            head=options.head,
            cores=options.cores,
            progress=LogProgress(sys.stderr, groups=False),
        )
    return Exit.FINE


def _base_in_own_environment(options: argparse.Namespace, environment: Mapping[str, str]) -> Exit:
    """Install what base requires, then go on there."""
    from .comparison.base.exchange import write_failure
    from .core.installing import Installer, ranges

    installer = Installer(options.uv, environment, lambda text: print(text, end="", file=sys.stderr, flush=True))
    try:
        python = installer.make_environment(options.environment)
        installer.install(python, ranges(options.requirements))
    except ReportError as error:
        write_failure(f"its own environment cannot be made: {error.problems[0].message}", options.exchange)
        return Exit.FINE
    again = [str(python), _PROGRAM, "base", f"--exchange={options.exchange}", f"--cores={options.cores}"]
    again += [f"--head={options.head}"]
    if os.name != "nt":  # there, a replaced process would look like one that has ended
        os.execve(again[0], again, dict(environment))  # noqa: S606 - the arguments are our own
    return Exit(subprocess.run(again, check=False).returncode)


def _end_with_head() -> None:
    """Nobody waits for base when head is gone: its end of the pipe closes then, however it ended."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def _base_request(options: argparse.Namespace, environment: Mapping[str, str], root: Path) -> BaseRequest:
    from .comparison.base.request import BaseRequest

    cache, uv = environment.get("ML_REPORT_CACHE"), environment.get("ML_REPORT_UV")
    requirements = environment.get("ML_REPORT_REQUIREMENTS")
    event_name = environment.get("GITHUB_EVENT_NAME", "")
    return BaseRequest(
        root=root,
        config_path=_from_root(options.config, root),
        command=(sys.executable, _PROGRAM),
        against=options.base or _asked_base(options),
        overrides=overrides(_of_both_sides(options.overrides), environment),
        found=None if options.base else _found_base(environment),
        judge=environment.get("ML_REPORT_JUDGE_COMMIT") or None,
        event_name=event_name,
        event=_event(environment),
        variables={name: value for name, value in environment.items() if not _NOT_FOR_BASE.match(name)},
        requirements=_from_root(requirements, root) if requirements else None,
        uv=Path(uv) if uv else None,
        cache=Path(cache) if cache else _laptop_cache(root),
        keeps_own=not options.overrides and not event_name.startswith("pull_request"),
    )


def _of_both_sides(given: Sequence[str]) -> list[str]:
    """How to compare is said by whoever runs this; all else on the command line is the change that is tried."""
    return [entry for entry in given if entry.startswith("baseline.")]


def _asked_base(options: argparse.Namespace) -> str | None:
    """What the command line says of `baseline.against`: whoever runs this may compare with anything."""
    against = asked_base(options.config, overrides(options.overrides, {}), text="{}")
    return None if against == "base" else against


def _from_root(path: str | Path, root: Path) -> str:
    return Path(os.path.relpath(path, root)).as_posix()


def _found_base(environment: Mapping[str, str]) -> BaseCommit | None:
    """What the step of the action that may fetch has found."""
    from .comparison.base.commits import BaseCommit

    sha = environment.get("ML_REPORT_BASE_COMMIT")
    return BaseCommit(sha, environment.get("ML_REPORT_BASE_HOW", "")) if sha else None


def _event(environment: Mapping[str, str]) -> dict[str, Any]:
    """What GitHub tells of the event; nothing on a laptop."""
    try:
        event = json.loads(Path(environment["GITHUB_EVENT_PATH"]).read_text("utf-8"))
    except (KeyError, OSError, ValueError):
        return {}
    return event if isinstance(event, dict) else {}


def _laptop_cache(root: Path) -> Path | None:
    """Beside the repository's objects, where git does not see it."""
    folder = _git(root, "rev-parse", "--path-format=absolute", "--git-common-dir")
    return Path(folder) / "ml-report-cache" if folder else None


def _comment(options: argparse.Namespace, environment: Mapping[str, str]) -> Exit:
    if options.from_run:
        from .fork_pipeline import comment_on_run

        comment_on_run(environment)
        return Exit.FINE
    from .publishing import publish_report

    publish_report(options.report, environment, dry_run=options.dry_run)
    return Exit.FINE


def _init(options: argparse.Namespace, _: Mapping[str, str]) -> Exit:
    from .config.schema import DataConfig
    from .config.starter import starter_config
    from .data import likely_roles, load_dataset, number_options

    if options.config.exists():
        raise OutputError(f"{options.config} exists already", hint="name another file with --config, or remove it")
    data = DataConfig(source=options.data, target=options.target)
    data = data.model_copy(update={"read": number_options(data, Path.cwd())})
    dataset = load_dataset(data, task="auto", slices=(), root=Path.cwd())
    text = starter_config(
        options.data,
        [str(column) for column in dataset.features],
        options.target,
        "classification" if dataset.task.is_classification else "regression",
        likely_roles(dataset.features, dataset.target),
        read=data.read,
        is_small=dataset.features.size <= _CELLS_OF_SECONDS,
    )
    _write_new(options.config, text)
    option = "" if options.config == _CONFIG else f" --config {shlex.quote(str(options.config))}"
    print(f"Wrote {options.config}: a {dataset.task.value} of {options.target}. Next: {options.program} run{option}")
    return Exit.FINE


def _write_new(file: Path, text: str) -> None:
    """Write a file, whole or not at all. Raises OutputError."""
    try:
        file.touch(exist_ok=False)
        try:
            file.write_text(text, "utf-8")
        except OSError:
            file.unlink()
            raise
    except OSError as error:
        raise OutputError(f"cannot write {file}: {error.strerror}", hint="name another file with --config") from None


def _schema(_options: argparse.Namespace, _environment: Mapping[str, str]) -> Exit:
    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return Exit.FINE


def overrides(arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[Override, ...]:
    """Keys given beside the file: action inputs first, then the input `set`, then the command line, which wins."""
    inputs = [
        Override(f"action input '{name.lower()}'", name.lower(), value)
        for variable, value in sorted(environment.items())
        if variable.startswith(INPUT_PREFIX) and variable != SET_INPUT and value.strip()
        for name in [variable.removeprefix(INPUT_PREFIX)]
    ]
    lines = [line.strip() for line in environment.get(SET_INPUT, "").splitlines() if line.strip()]
    given = [("action input 'set'", line) for line in lines] + [("command line", entry) for entry in arguments]
    return (*inputs, *(_override(origin, text) for origin, text in given))


def _override(origin: str, text: str) -> Override:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise ReportError(
            f"'{text}' is not KEY=VALUE", place=Place(key=origin), hint="write it like models.forest.params.max_depth=4"
        )
    return Override(origin, key.strip(), value)


def _commit(root: Path) -> str | None:
    """The commit of a checkout, with a mark where files were changed since; None outside of git."""
    return _git(root, "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty")


def _git(root: Path, *arguments: str) -> str | None:
    try:
        asked = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return asked.stdout.strip() or None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="entrypoint.py", description="Did this change make the model better?")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="train, evaluate, and write the report")
    run.add_argument("--config", type=Path, default=_CONFIG, help="default: %(default)s")
    run.add_argument("--output", type=Path, default=Path("ml-report"), help="default: %(default)s")
    run.add_argument("--base", metavar="REF", help="what to compare with: base (the default), none, or a git ref")
    run.add_argument("--log", type=_log, default=argparse.SUPPRESS, help=argparse.SUPPRESS)  # the action names it
    run.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="a key of the configuration, value in YAML")
    run.set_defaults(command=_run)

    base = commands.add_parser("base")  # without help: head starts it, nobody else
    base.add_argument("--exchange", type=Path, required=True)
    base.add_argument("--cores", type=int, required=True)
    base.add_argument("--head", type=Path, required=True)
    base.add_argument("--environment", type=Path)
    base.add_argument("--requirements", default="")
    base.add_argument("--uv", type=Path)
    base.set_defaults(command=_base)

    comment = commands.add_parser("comment", help="publish a report: comment, job summary, outputs")
    comment.add_argument("--report", type=Path, default=Path("ml-report"), help="default: %(default)s")
    comment.add_argument("--from-run", action="store_true", help="in a workflow_run: the reports of the run before")
    comment.add_argument("--dry-run", action="store_true", help="print what would be posted")
    comment.set_defaults(command=_comment)

    init = commands.add_parser("init", help="write a first configuration for a file of data")
    init.add_argument("data", metavar="DATA", help="the file, or sklearn:NAME")
    init.add_argument("--target", required=True, metavar="COLUMN", help="the column to predict")
    init.add_argument("--config", type=Path, default=_CONFIG, help="default: %(default)s")
    init.set_defaults(command=_init)

    schema = commands.add_parser("schema", help="print the JSON Schema of the configuration")
    schema.set_defaults(command=_schema)
    return parser
