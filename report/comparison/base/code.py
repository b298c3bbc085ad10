"""Whether the repository is that of base, but for what no model can notice."""

from __future__ import annotations

import ast
from pathlib import Path

from .git import answer

_TEXT = (".md", ".rst")
_AT_MOST = 100  # files that are looked into


def has_same_code(root: Path, sha: str, *, config: str) -> bool:
    """Whether nothing differs between a commit and the work tree but comments in Python, texts and the configuration.

    config : the path of the configuration from `root`; what changed in it is told apart elsewhere.
    """
    top = answer(root, "rev-parse", "--show-toplevel")
    changed = answer(root, "diff", "--name-only", "-z", sha)
    new = answer(root, "ls-files", "--others", "--exclude-standard", "-z", "--", "*.py")
    if top is None or changed is None or new is None or new.strip("\0"):
        return False
    own = (root / config).resolve()
    names = [name for name in changed.split("\0") if name and (Path(top) / name).resolve() != own]
    return len(names) <= _AT_MOST and all(_says_the_same(Path(top), sha, name) for name in names)


def _says_the_same(top: Path, sha: str, name: str) -> bool:
    if name.endswith(_TEXT) and (name.startswith("docs/") or Path(name).stem.isupper()):
        return True  # README.md; not a prompt, or a list of features, that a model reads
    if not name.endswith(".py"):
        return False
    before = answer(top, "show", f"{sha}:{name}")
    try:
        after = (top / name).read_text("utf-8")
        return before is not None and ast.dump(ast.parse(before)) == ast.dump(ast.parse(after))
    except (OSError, ValueError, SyntaxError, RecursionError):
        return False
