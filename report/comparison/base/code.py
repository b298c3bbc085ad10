"""Whether the repository is that of base, but for what no model can notice."""

from __future__ import annotations

import ast
import os
import re
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal, TypeAlias

from .git import answer

if TYPE_CHECKING:
    from collections.abc import Collection

CodeChange: TypeAlias = Literal["none", "seeds", "other"]
_BY_WEIGHT: tuple[CodeChange, ...] = ("other", "seeds", "none")
_TEXT = (".md", ".rst")
OF_GIT = (".gitignore", ".gitattributes", ".github")
_AT_MOST = 100  # files that are looked into
_SEED = re.compile(r"(.*_)?(random_state|random_seed|seed)|n_jobs|verbose", re.IGNORECASE)
_SEEDING = {"seed", "default_rng", "RandomState", "manual_seed", "Generator", "PCG64", "SeedSequence"}


def code_change(root: Path, sha: str, *, config: str, data: Collection[str] = ()) -> CodeChange:
    """How the work tree differs from a commit, comments and texts aside: not at all, in seeds alone, or otherwise.

    config : the path of the configuration from `root`; data : paths and patterns of the data of both sides. What
    changed in these is told apart elsewhere, by what they say.
    """
    top = answer(root, "rev-parse", "--show-toplevel")
    changed = answer(root, "diff", "--name-only", "--no-renames", "-z", sha)
    new = answer(root, "ls-files", "--others", "--exclude-standard", "-z", "--", "*.py")
    if top is None or changed is None or new is None or new.strip("\0"):
        return "other"
    here = root.resolve()
    names = [name for name in changed.split("\0") if name and not is_one_of(Path(top) / name, here, {config, *data})]
    if len(names) > _AT_MOST:
        return "other"
    found = {file_change(Path(top), sha, name) for name in names}
    return next((change for change in _BY_WEIGHT if change in found), "none")


def is_one_of(file: Path, root: Path, patterns: Collection[str]) -> bool:
    """Whether a file is one of these, or what DVC or Git keeps in place of one."""
    try:
        own = PurePosixPath(os.path.relpath(file.resolve(), root)).as_posix()
    except ValueError:  # on another drive
        return False
    wanted = [PurePosixPath(os.path.relpath(root / one, root)).as_posix() for one in patterns]
    return any(fnmatchcase(own, one) or own == f"{one}.dvc" for one in wanted)


def file_change(top: Path, sha: str, name: str) -> CodeChange:
    """How one file differs from that of a commit; name : from the top of the repository."""
    if name.split("/", maxsplit=1)[0] in OF_GIT:
        return "none"
    if name.endswith(_TEXT) and (name.startswith("docs/") or Path(name).stem.isupper()):
        return "none"  # README.md; not a prompt, or a list of features, that a model reads
    before = answer(top, "show", f"{sha}:{name}") if name.endswith(".py") else None
    if before is None:
        return "other"
    try:
        codes = [ast.parse(before), ast.parse((top / name).read_text("utf-8"))]
        if len(set(map(ast.dump, codes))) == 1:
            return "none"
        return "seeds" if len({ast.dump(_WithoutSeeds().visit(code)) for code in codes}) == 1 else "other"
    except (OSError, ValueError, SyntaxError, RecursionError):
        return "other"


class _WithoutSeeds(ast.NodeTransformer):
    """Takes the numbers out of `random_state=1`, `SEED = 1` and `default_rng(1)`: which one it is decides nothing."""

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        return _blank(node, "value") if node.arg and _SEED.fullmatch(node.arg) else self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        return _blank(node, "value") if names and all(map(_SEED.fullmatch, names)) else self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if called in _SEEDING:
            node.args = [ast.Constant(0) if _is_number(argument) else argument for argument in node.args]
        return self.generic_visit(node)


def _blank(node: ast.AST, field: str) -> ast.AST:
    if _is_number(getattr(node, field)):
        setattr(node, field, ast.Constant(0))
    return node


def _is_number(node: ast.AST) -> bool:
    if isinstance(node, ast.UnaryOp):  # -1
        node = node.operand
    return isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, int))
