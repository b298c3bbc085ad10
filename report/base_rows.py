"""Head's rows held against those of base, before either side is trained: what both learn from, and what judges them."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .comparison.base.code import code_change
from .comparison.base.copies import drawn_together, observed_contents, with_copies_on_their_side
from .comparison.base.judging import config_at
from .comparison.base.matching import NotComparable, match_rows
from .comparison.base.pairing import MatchedRows, pair_rows
from .comparison.base.places import sources as files_of
from .comparison.base.request import HeadRows
from .comparison.base.row_files import with_text_like
from .comparison.base.side import Source
from .comparison.cross_validation import why_no_folds
from .comparison.labels import label_change, matched_labels
from .comparison.result import BaseResult
from .config import parse_config
from .core.errors import DataError, ReportError
from .core.keys import row_keys
from .data import content_keys, folded_as, shared_ranks, side_rows, split_as
from .rendering.shown import shown_curves

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .comparison.base.pairing import PairedRows
    from .comparison.base.request import BaseRequest
    from .comparison.base.side import EndedBase, RunningBase
    from .comparison.labels import MatchedLabels
    from .config.schema import Config
    from .core.rows import SideRows
    from .core.values import Dataset, Split, Target


@dataclass(frozen=True, eq=False)
class PairedSplits:
    """The split of head as it is reported, and the one that it is compared by, with what both sides were matched to.

    reported, compared : the same value unless the comparison needs a fit of its own. rank : of head's rows, with those
    of base in base's order. observed : (n_rows,) int64, codes of the rows that are one observation.
    no_folds : why the folds of cross-validation would not be the same on both sides; None where they are.
    """

    reported: Split
    compared: Split
    matched: MatchedRows
    asked: HeadRows
    rank: NDArray[np.int64] | None
    observed: NDArray[np.int64]
    no_folds: str | None = None


def source_of(config: Config, dataset: Dataset) -> Source:
    """What base's rows are compared with before they are handed over."""
    raw = dataset.raw
    fingerprint = raw.fingerprint if raw is not None and raw.origin is not None else ""
    made = dataset.description.fingerprint if _is_made(config) else ""
    return Source(fingerprint, made=made, shared=config.data.shared)


def has_same_data(request: BaseRequest, commit: str | None, config: Config) -> bool:
    """Whether base has head's rows and split, by git and both configurations: then nobody needs to wait for them."""
    stored = None if commit is None or _is_made(config) else config_at(request.root, commit, request.config_path)
    if commit is None or stored is None:
        return False
    try:
        base = parse_config(stored.text, Path(stored.path), request.overrides)
    except ReportError:
        return False
    same = all(getattr(base, name) == getattr(config, name) for name in ("data", "task", "slices", "prepare"))
    return same and code_change(request.root, commit, config=request.config_path) == "none"


def pair_with_base(
    running: RunningBase | EndedBase,
    config: Config,
    dataset: Dataset,
    split: Split,
    *,
    same_data: bool = False,
    in_git: bool = True,
) -> PairedSplits | None:
    """Match head's rows with those of base, and ask base about the rows that judge; None where base has ended.

    same_data : whether base's rows and split are head's, by git and both configurations. in_git : whether git has the
    data; where it has not, base's are known to be head's only by an answer that was kept with their content.
    """
    head = side_rows(dataset, split)
    try:
        if same_data:
            found = _paired(config, dataset, split, head, head)
            if not in_git and running.ask_kept(found.asked):
                return found
        if not (same_data and in_git):
            base = running.rows()
            if base is None:
                return None
            found = _paired(config, dataset, split, head, base)
    except (NotComparable, DataError) as reason:
        running.end(BaseResult("not comparable", str(reason)))
        return None
    running.ask(found.asked)
    return found


def _paired(config: Config, dataset: Dataset, split: Split, head: SideRows, base: SideRows) -> PairedSplits:
    """Raises NotComparable and DataError. base : `head` itself where its data are the same."""
    sources_differ = base is not head
    head = replace(head, table=with_text_like(head.table, base.table))
    match = with_copies_on_their_side(head, base, match_rows(base.table, head.table))
    _check_labels(matched_labels(base.table, head.table, match), dataset.target)
    sources = _sources(dataset, head, base) if sources_differ else None
    contents = content_keys(dataset)
    matched = MatchedRows(head, base, match, pair_rows(head, base, match, contents, sources))
    observed = observed_contents(head, base, match, contents, None if sources is None else sources[0])
    return _splits(config, dataset, split, matched, contents, observed)


def _check_labels(labels: MatchedLabels, target: Target) -> None:
    """Raises NotComparable where the labels of both sides mean something else."""
    if labels.base.shape[1] != len(target.names):
        return  # base says itself that its target is another one
    reason = label_change(labels, target.names, classes=target.task.is_classification).reason
    if reason is not None:
        raise NotComparable(reason)


def pair_with_itself(config: Config, dataset: Dataset, split: Split) -> PairedSplits | None:
    """What a later run would ask of this commit as its base, if nothing of the data had changed by then.

    None where no row could judge.
    """
    rows = side_rows(dataset, split)
    match = match_rows(rows.table, rows.table)
    contents = content_keys(dataset)
    try:
        matched = MatchedRows(rows, rows, match, pair_rows(rows, rows, match, contents))
    except NotComparable:
        return None
    observed = observed_contents(rows, rows, match, contents, None)
    return _splits(config, dataset, split, matched, contents, observed)


def _splits(
    config: Config,
    dataset: Dataset,
    split: Split,
    matched: MatchedRows,
    contents: NDArray[np.uint64],
    observed: NDArray[np.int64],
) -> PairedSplits:
    reported, compared = _sides(dataset, split, matched.paired)
    no_folds = why_no_folds(matched, observed)
    drawn = drawn_together(matched.head, matched.base, matched.match, contents, observed)
    asked = _asked(config, dataset, matched, has_folds=no_folds is None)
    return PairedSplits(reported, compared, matched, asked, _ranks(dataset, matched), drawn, no_folds)


def _sides(dataset: Dataset, split: Split, paired: PairedRows) -> tuple[Split, Split]:
    """The split of head as it is reported, and as it is compared."""
    if paired.folds is not None:
        if split.folds is not None and np.array_equal(split.folds, paired.folds):
            return split, split
        by_base = folded_as(dataset, split, paired.folds)
        return (split if paired.has_other_folds else by_base), by_base
    reported = split
    if not np.array_equal(paired.is_validation, _is_validation(split, len(dataset.keys))):
        reported = split_as(dataset, split, paired.is_validation)
    if not paired.needs_another_fit:
        return reported, reported
    return reported, replace(split, train=paired.compared_train, validation=paired.compared_validation, folds=None)


def _ranks(dataset: Dataset, matched: MatchedRows) -> NDArray[np.int64] | None:
    """By keys of its own, head would see the same rows in another order as soon as a column or an id is added."""
    theirs = matched.base.rank
    if dataset.rank is None or theirs is None or theirs is dataset.rank:
        return dataset.rank
    return shared_ranks(dataset.rank, theirs, matched.match.base_of_head, dataset.time)


def _sources(dataset: Dataset, head: SideRows, base: SideRows) -> tuple[NDArray[np.uint64], NDArray[np.uint64]] | None:
    """Keys of the content of both sides' rows in their sources, (n_head,) and (n_base,), but for ids."""
    ids = {name for name in (head.table.id_name, base.table.id_name) if name is not None}
    raw, origin = dataset.raw, base.table.origin
    is_followed = raw is not None and raw.origin is not None and origin is not None
    if raw is not None and is_followed and raw.fingerprint == base.table.fingerprint:
        keys = row_keys(raw.frame.drop(columns=[name for name in raw.frame if name in ids or name in raw.apart]))
        return keys[raw.origin], keys[origin]
    ours, theirs = head.table.raw, base.table.raw
    if ours is None or theirs is None:
        ours, theirs = head.table.features, base.table.features
    common = [name for name in ours.columns if name in theirs.columns and name not in ids]
    return (row_keys(ours[common]), row_keys(theirs[common])) if common else None


def _asked(config: Config, dataset: Dataset, matched: MatchedRows, *, has_folds: bool) -> HeadRows:
    paired = matched.paired
    new = paired.judged[paired.base_of_judged < 0]
    raw, folds = dataset.raw, config.cross_validation if has_folds else None
    is_raw = raw is not None and raw.origin is not None
    foreign = (
        raw.frame.iloc[raw.origin[new]] if raw is not None and raw.origin is not None else dataset.features.iloc[new]
    )
    return HeadRows(
        positions=paired.judged,
        own=paired.base_of_judged,
        foreign=foreign.reset_index(drop=True),
        foreign_is_raw=is_raw,
        base_train=paired.base_train,
        target=dataset.target,
        weight=None if dataset.weight is None else dataset.weight[paired.judged],
        group=None if dataset.group is None else dataset.group[paired.judged],
        metrics=tuple(config.model_dump(mode="json", exclude_unset=True).get("metrics", ())),
        seeds=config.seeds,
        cross_validation=None if folds is None else (folds.folds, folds.repeats, folds.shuffle, folds.seed),
        trained=None if folds is None else matched.trained,
        curves=shown_curves(config.report),
        folds=None if paired.folds is None else paired.folds[paired.judged],
    )


def _is_validation(split: Split, n_rows: int) -> NDArray[np.bool_]:
    mask = np.zeros(n_rows, dtype=np.bool_)
    mask[split.validation] = True
    return mask


def _is_made(config: Config) -> bool:
    """Whether the data may be others although the commit is the same."""
    source = config.data.source
    is_called = isinstance(source, str) and source.startswith("python:")
    return bool(config.prepare) or is_called or any(_is_elsewhere(entry) for _, entry in files_of(config.data))


def _is_elsewhere(entry: str) -> bool:
    """Whether a path may leave the repository."""
    return Path(entry).is_absolute() or os.path.normpath(entry).startswith(os.pardir)
