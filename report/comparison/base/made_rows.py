"""Rows that a hook `prepare` makes of several rows, so that nobody can say which rows of the source they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .matching.words import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ...core.rows import SideRows

    Positions = NDArray[np.int64]


def made_anew(head: SideRows, base: SideRows, base_of_judged: Positions) -> list[str]:
    """That rows which judge may be made of rows that the other side learned from, such as means of several.

    base_of_judged : (n_judged,) the same rows of base, or -1.
    """
    new = base_of_judged < 0
    sides = [name for name, side in (("head", head), ("base", base)) if side.table.origin is None]
    if not sides or 2 * new.sum() <= len(new):
        return []
    return [
        f"{counted(int(new.sum()))} that judge may be made of rows of base: `prepare` of {sides[0]} makes rows anew"
    ]
