"""The files of a report out of an archive that anybody may have made: in memory, known names only, with limits.

Nothing is written to disk, and no name of the archive becomes a path.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..core.errors import PublishingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

REPORT = "report.json"
AT_MOST_BYTES = 40_000_000  # of the archive
UNPACKED = 60_000_000  # of all that is in it
REPORT_SIZE = 16_000_000
PLOT_SIZE = 5_000_000
RATIO = 200  # of the unpacked size to the archive's, from a size on that is worth it
_WORTH_IT = 4_000_000

_DIRECTORY = 64_000  # bytes of the list of files: a few dozen entries
_END = struct.Struct("<4sHHHHIIH")
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True)
class Bundle:
    """What an archive holds. plots : by name, not looked into."""

    report: bytes
    plots: Mapping[str, bytes] = field(default_factory=dict)


def read_bundle(content: bytes, plot_names: Iterable[str]) -> Bundle:
    """The report and its plots; plot_names : those that there can be.

    Raises PublishingError for what is no such archive, holds anything else, or is larger than a report can be.
    """
    _check_directory(content)
    names = {f"plots/{name}.png": name for name in plot_names}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_entries(entries, {REPORT: REPORT_SIZE} | dict.fromkeys(names, PLOT_SIZE), len(content))
            files = {entry.filename: archive.read(entry) for entry in entries}
    except PublishingError:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged archive breaks its reader in many ways
        raise PublishingError(f"the archive is damaged ({type(error).__name__})") from None
    if REPORT not in files:
        raise PublishingError(f"there is no {REPORT} in the archive")
    return Bundle(files.pop(REPORT), {names[name]: data for name, data in files.items()})


def _check_directory(content: bytes) -> None:
    """The list of files is short: looked at before Python makes an object of each."""
    if len(content) > AT_MOST_BYTES:
        raise PublishingError(f"the archive has more than {AT_MOST_BYTES:,} bytes")
    if len(content) < _END.size or not content.startswith(b"PK"):
        raise PublishingError("it is no archive")
    mark, *numbers, comment = _END.unpack(content[-_END.size :])
    if mark != b"PK\x05\x06" or comment:
        raise PublishingError("the archive has no end, or something behind it")
    if 0xFFFF in numbers[:4] or 0xFFFFFFFF in numbers[4:] or numbers[4] > _DIRECTORY:
        raise PublishingError("the archive holds more than a report")


def _check_entries(entries: list[zipfile.ZipInfo], sizes: Mapping[str, int], packed: int) -> None:
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename
        if name not in sizes or name != entry.filename:
            raise PublishingError("the archive holds a file that is not one of a report's")
        if name in seen:
            raise PublishingError(f"the archive holds {name} twice")
        seen.add(name)
        _check_entry(entry, sizes[name])
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > UNPACKED or (unpacked > _WORTH_IT and unpacked > RATIO * packed):
        raise PublishingError(f"the archive would become {unpacked:,} bytes, which is too much for its size")


def _check_entry(entry: zipfile.ZipInfo, size: int) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise PublishingError(f"{entry.filename} is a link, or no plain file")
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
        raise PublishingError(f"{entry.filename} is encrypted, or packed in an unusual way")
    if entry.file_size > size:
        raise PublishingError(f"{entry.filename} would have {entry.file_size:,} bytes, more than {size:,}")
