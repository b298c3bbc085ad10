"""Objects by import path, the repository's own modules included, and tracebacks shortened to its frames."""

from __future__ import annotations

import difflib
import importlib
import re
import sys
import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import Place, ReportError

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENABLING = re.compile(r"from sklearn\.experimental import (\w+)")


def import_object(path: str, root: Path, *, key: str | None = None) -> Any:
    """The object that `package.module.name` or `package.module:name` names.

    root : the repository; its modules win over installed ones while this import runs, as they do for a script there.
    key : the configuration key that gave the path, for messages.
    Raises ReportError, with the nearest name where there is one.
    """
    module_name, _, attribute = path.replace(":", ".").rpartition(".")
    if not module_name or not attribute:
        raise ReportError(
            f"'{path}' is not an import path", place=Place(key=key), hint="write it as package.module.Name"
        )
    with repository_first(root):
        module = _import_module(module_name, path, root, key)
    try:
        return _attribute(module, attribute)
    except AttributeError:
        raise ReportError(
            f"module '{module_name}' has no '{attribute}'",
            place=Place(key=key),
            hint=nearest(attribute, [name for name in dir(module) if not name.startswith("_")]),
        ) from None


def _attribute(module: Any, name: str) -> Any:
    """What a module has by a name; what scikit-learn calls experimental is enabled, as its own message says."""
    try:
        return getattr(module, name)
    except ImportError as error:
        enabling = _ENABLING.search(str(error))
        if enabling is None:
            raise
        importlib.import_module(f"sklearn.experimental.{enabling[1]}")
        return getattr(module, name)


@contextmanager
def repository_first(root: Path) -> Iterator[None]:
    """The repository leads the module search while the context lasts, and ends it from then on."""
    folder = str(root.resolve())
    others = [entry for entry in sys.path if entry != folder]
    sys.path[:] = [folder, *others]
    try:
        yield
    finally:
        sys.path[:] = [*others, folder]


def nearest(name: str, known: list[str] | tuple[str, ...]) -> str | None:
    """A hint that names the nearest of some known names, if one is near."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if not close:
        folded = {entry.casefold(): entry for entry in known}
        close = [folded[name.casefold()]] if name.casefold() in folded else []
    return f"did you mean '{close[0]}'?" if close else None


def user_traceback(error: BaseException, root: Path) -> str:
    """The traceback of an error, only the frames of the repository's own files, paths relative to it."""
    root = root.resolve()
    lines = []
    for frame in traceback.extract_tb(error.__traceback__):
        file = Path(frame.filename)
        if file.is_relative_to(root) and not {"site-packages", "dist-packages"} & set(file.parts):
            lines.append(f'  File "{file.relative_to(root)}", line {frame.lineno}, in {frame.name}')
            if frame.line:
                lines.append(f"    {frame.line}")
    lines.append("".join(traceback.format_exception_only(error)).strip())
    return "\n".join(lines)


def _import_module(name: str, path: str, root: Path, key: str | None) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise _broken(name, error, root, key) from error
        raise ReportError(
            f"cannot import '{path}': there is no module '{error.name}'",
            place=Place(key=key),
            hint="check the spelling, or add the package that brings it to the requirements",
        ) from None
    except (Exception, SystemExit) as error:
        raise _broken(name, error, root, key) from error


def _broken(name: str, error: BaseException, root: Path, key: str | None) -> ReportError:
    exits = isinstance(error, SystemExit)
    return ReportError(
        f"importing '{name}' failed:\n{user_traceback(error, root)}",
        place=Place(key=key),
        hint="put what it does when it is run below `if __name__ == '__main__':`" if exits else "mend that module",
    )
