"""Metrics without a closed form: bootstrap of the confusion cells, or of the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from .estimate import Estimate, from_draws, from_error, from_influence, settled

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]
    OfConfusion: TypeAlias = Callable[[NDArray[Any]], NDArray[np.float64]]  # (…, n_classes, n_classes) → (…)
    OfRows: TypeAlias = Callable[[NDArray[np.int64], NDArray[np.float64]], float]  # rows, their weights → difference

DRAWS = 2_000
ROW_DRAWS = 200
MAX_ROWS = 10_000
MIN_GROUPS = 200
_BATCH_CELLS = 4_000_000  # bounds the memory of one batch of draws to 32 MB


def confusion_change(
    y_true: Codes,
    base: Codes,
    head: Codes,
    metric: OfConfusion,
    *,
    n_classes: int,
    weight: Floats | None = None,
    group: NDArray[np.int64] | None = None,
) -> Estimate:
    """Change of a metric of the confusion matrix.

    y_true, base, head : (n_rows,) class indices.
    metric : counts (…, n_classes, n_classes), rows the truth → values (…).
    Without weights and groups, a multinomial bootstrap of the counts of the cells (y, ŷ base, ŷ head): the same
    distribution as resampling rows. With them, the infinitesimal jackknife over the cells (Efron 1982).
    """
    cells = _Cells(y_true, base, head, n_classes, weight)
    difference = float(cells.change(cells.totals[None, :], metric)[0])
    if weight is None and group is None:
        draws = cells.draw_changes(metric, np.random.default_rng(0))
        return from_draws(difference, draws, n_rows=len(y_true), method=f"multinomial bootstrap, {DRAWS:,} draws")
    influence = cells.influence(metric)[cells.index]
    if weight is not None:
        influence = influence * (weight / weight.mean())
    return from_influence(difference, influence, group=group, method="infinitesimal jackknife, paired")


def row_change(difference: float, of_rows: OfRows, n_rows: int, *, group: NDArray[np.int64] | None = None) -> Estimate:
    """Change of any metric, by a Poisson bootstrap: each row (or group) weighs as often as a Poisson(1) draw says.

    of_rows : the difference head − base over some rows, (m,) positions, that weigh so much, (m,); NaN without one.
    Beyond 10,000 rows a seeded draw of them, or of whole groups, is used, and the error is scaled to all (it falls
    with the root of their number).
    """
    generator = np.random.default_rng(0)
    rows, share = _drawn(n_rows, group, generator)
    unit = np.arange(len(rows)) if group is None else group[rows]
    n_units = int(unit.max()) + 1
    draws = np.array([of_rows(rows, generator.poisson(1.0, n_units)[unit].astype(float)) for _ in range(ROW_DRAWS)])
    known = settled(draws)
    error = np.inf if known is None else float(known.std(ddof=1)) * np.sqrt(share * n_units / (n_units - 1))
    freedom = np.inf if group is None else n_units - 1
    return from_error(difference, error, n_rows=n_rows, method=_row_method(n_rows), freedom=freedom)


def _drawn(n_rows: int, group: Codes | None, generator: np.random.Generator) -> tuple[Codes, float]:
    """The rows to resample, and which share of all rows (or groups) they stand for.

    At least 200 groups are kept, or all: where they are large by some of their rows each, which widens the interval.
    """
    if n_rows <= MAX_ROWS:
        return np.arange(n_rows), 1.0
    share = MAX_ROWS / n_rows
    if group is None:
        return generator.choice(n_rows, MAX_ROWS, replace=False), share
    n_groups = int(group.max()) + 1
    n_kept = min(n_groups, max(MIN_GROUPS, round(n_groups * share)))
    is_kept = np.zeros(n_groups, dtype=np.bool_)
    is_kept[generator.choice(n_groups, n_kept, replace=False)] = True
    rows = np.flatnonzero(is_kept[group])
    return generator.permutation(rows)[:MAX_ROWS], n_kept / n_groups


class _Cells:
    """The cells (y, ŷ base, ŷ head) that occur, and how much lies in each."""

    def __init__(self, y_true: Codes, base: Codes, head: Codes, n_classes: int, weight: Floats | None) -> None:
        codes = (y_true * n_classes + base) * n_classes + head
        if n_classes**3 <= max(len(codes), 4096):
            occurring = np.flatnonzero(np.bincount(codes, minlength=n_classes**3))
            position = np.zeros(n_classes**3, dtype=np.int64)
            position[occurring] = np.arange(len(occurring))
            self.index = position[codes]
        else:
            occurring, self.index = np.unique(codes, return_inverse=True)
        truth, rest = np.divmod(occurring, n_classes**2)
        self._sides = [truth * n_classes + side for side in np.divmod(rest, n_classes)]
        self._n_classes = n_classes
        self._n_rows = len(codes)
        self.totals = np.bincount(self.index, weights=weight, minlength=len(occurring)).astype(float)

    def change(self, totals: Floats, metric: OfConfusion) -> Floats:
        """Change head − base for each row of totals, (n_draws, n_cells) → (n_draws,)."""
        base, head = (metric(self._confusion(totals, side)) for side in self._sides)
        return head - base

    def draw_changes(self, metric: OfConfusion, generator: np.random.Generator) -> Floats:
        """Changes of `DRAWS` resampled tables."""
        shares = self.totals / self.totals.sum()
        batch = max(1, min(DRAWS, _BATCH_CELLS // max(len(shares), self._n_classes**2)))
        sizes = [min(batch, DRAWS - start) for start in range(0, DRAWS, batch)]
        return np.concatenate(
            [
                self.change(generator.multinomial(self._n_rows, shares, size=size).astype(float), metric)
                for size in sizes
            ]
        )

    def influence(self, metric: OfConfusion) -> Floats:
        """Influence of one more row in each cell, (n_cells,), of weighted mean zero, by central differences."""
        step = 1e-4 * self.totals.sum()
        slopes = np.empty(len(self.totals))
        for cell in range(len(slopes)):
            reach = min(step, self.totals[cell] / 2)
            moved = np.stack([self.totals, self.totals])
            moved[:, cell] += (reach, -reach)
            up, down = self.change(moved, metric)
            slopes[cell] = (up - down) / (2 * reach) if reach else 0.0
        total = self.totals.sum()
        influence: Floats = slopes * total - slopes @ self.totals
        return influence

    def _confusion(self, totals: Floats, side: Codes) -> Floats:
        k = self._n_classes
        order = np.argsort(side, kind="stable")
        kinds, starts = np.unique(side[order], return_index=True)
        counts = np.zeros((len(totals), k * k))
        counts[:, kinds] = np.add.reduceat(totals[:, order], starts, axis=1)
        return counts.reshape(-1, k, k)


def _row_method(n_rows: int) -> str:
    where = f", on {MAX_ROWS:,} of {n_rows:,} rows" if n_rows > MAX_ROWS else ""
    return f"Poisson bootstrap, {ROW_DRAWS} draws{where}"
