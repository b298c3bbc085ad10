"""What runs in a worker process: one unit, shut off from the others, its result in files."""

from __future__ import annotations

import atexit
import faulthandler
import os
import signal
import sys
import tempfile
import threading
import time
import traceback
from dataclasses import replace
from multiprocessing import connection, parent_process
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.loaded import write_loaded
from .explaining import reason_for, traceback_for
from .fitting import build_for, run_fold, run_main, run_part, run_seed, run_whole
from .folds import rows_for
from .handover import NotWrittenError, dump, load
from .targets import as_codes, takes_codes_only, wants_codes
from .units import FAILURE, PROBLEMS, FailurePart

if TYPE_CHECKING:
    from collections.abc import Callable

    from .fitting import Built, Save
    from .units import FitData, Job

JOB, LOG = "job", "log.txt"
NOT_WRITTEN = 174  # exit status: the result could not be handed over
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")
_SECONDS_TO_LEAVE = 5.0


def work(folder: str, data: str, root: str, seconds: float) -> None:
    """Run the job in `folder`; its results and what it prints are written there. Never returns.

    data : the file of the rows that all units share. root : the repository, first where modules are searched.
    seconds : how long it may take; the parent ends it then, this is only to plan by.
    """
    deadline = time.monotonic() + seconds
    here, repository = Path(folder), Path(root)
    _stand_alone(here, repository)
    status = 1
    try:
        _run(here, Path(data), repository, lambda: deadline - time.monotonic())
        write_loaded(repository, here)
        status = 0
    except NotWrittenError:
        status = NOT_WRITTEN
    except BaseException:  # noqa: BLE001 — the log is all that is left to tell it
        traceback.print_exc()
    _leave(status)


def _run(here: Path, data: Path, root: Path, time_left: Callable[[], float]) -> None:
    built: Built | None = None
    rows: FitData | None = None
    try:
        job: Job = load(here / JOB)
        _share_cores(job.threads)
        if job.unit.kind == "check":
            from .checking import check  # which imports this module

            dump(check(job, root), here / PROBLEMS)
            return
        rows = rows_for(job.unit, load(data))
        built = build_for(job, rows, root)
        _run_coded(job, rows, built, root, lambda part, value: dump(value, here / part), time_left)
    except NotWrittenError:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 — the model's own code: whatever it raises is a row's reason
        reason = reason_for(error, None if built is None else built.estimator, rows)
        sentence, notices = ("", ()) if built is None else (built.preprocessing, built.notices)
        dump(FailurePart(reason, traceback_for(error, root), sentence, notices), here / FAILURE)


def _run_coded(job: Job, rows: FitData, built: Built, root: Path, save: Save, time_left: Callable[[], float]) -> None:
    """Run a unit, with codes in place of labels where the estimator, or one that only it knows of, takes no others."""
    coded = replace(rows, target=as_codes(rows.target, rows.train), is_coded=True)
    if takes_codes_only(built.estimator):
        _run_unit(job, coded, built, save, time_left)
        return
    try:
        _run_unit(job, rows, built, save, time_left)
    except Exception as error:
        if not wants_codes(error) or not rows.target.classes:
            raise
        _run_unit(job, coded, build_for(job, coded, root), save, time_left)


def _run_unit(job: Job, rows: FitData, built: Built, save: Save, time_left: Callable[[], float]) -> None:
    if job.unit.kind == "fold":
        run_fold(job, rows, built, save)
    elif job.unit.kind == "seed":
        run_seed(job, rows, built, save)
    elif job.unit.kind == "part":
        run_part(job, rows, built, save)
    elif job.unit.kind == "whole":
        run_whole(job, rows, built, save)
    else:
        run_main(job, rows, built, save, time_left)


def _stand_alone(here: Path, root: Path) -> None:
    """A process group, an output, a folder for scratch files and a module search of its own."""
    if hasattr(os, "setsid"):
        os.setsid()
    log = os.open(here / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os.dup2(log, 1)
    os.dup2(log, 2)
    faulthandler.enable(2, all_threads=False)
    scratch = here / "scratch"
    scratch.mkdir()
    os.environ.update(TMPDIR=str(scratch), JOBLIB_TEMP_FOLDER=str(scratch))
    tempfile.tempdir = None
    sys.path[:] = [str(root), *(entry for entry in sys.path if entry != str(root))]
    os.chdir(root)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Nobody waits for the result of a parent that was killed."""
    parent = parent_process()
    if parent is None:
        return
    connection.wait([parent.sentinel])
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _share_cores(threads: int) -> None:
    """Keep BLAS, OpenMP and joblib to a number of threads, and libraries that are loaded later too."""
    import sklearn  # noqa: F401 — so that its libraries are there to be limited
    import threadpoolctl

    for variable in _THREAD_VARIABLES:
        os.environ[variable] = str(min(threads, _asked_for(variable, threads)))
    os.environ["LOKY_MAX_CPU_COUNT"] = str(min(threads, _asked_for("LOKY_MAX_CPU_COUNT", threads)))
    threadpoolctl.threadpool_limits(min(threads, _asked_for("OMP_NUM_THREADS", threads)))


def _asked_for(variable: str, default: int) -> int:
    value = os.environ.get(variable, "")
    return int(value) if value.isdecimal() and int(value) else default


def _leave(status: int) -> None:
    """End the process, whatever threads and exit handlers the model has left."""
    timer = threading.Timer(_SECONDS_TO_LEAVE, os._exit, (status,))
    timer.daemon = True
    timer.start()
    run_exit_handlers: Callable[[], Any] = atexit._run_exitfuncs  # noqa: SLF001 — multiprocessing's children skip them
    run_exit_handlers()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(status)
