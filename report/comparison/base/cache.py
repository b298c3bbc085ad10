"""Results of base from earlier runs: folders of data, each believed only when every byte is as it was written."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_MANIFEST = "manifest.json"
_NEW = "new-"
_KEPT = 20  # entries of a folder; older ones go
_MOST_BYTES = 300_000_000  # of all entries together


def cache_key(question: Path, **facts: Any) -> str:
    """What a result depends on, as one SHA-256: the question's files, and facts as plain values."""
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode())
    for file in sorted(question.iterdir()):
        digest.update(file.name.encode() + _sha256(file).encode())
    return digest.hexdigest()


def find_entry(cache: Path, key: str) -> tuple[Path, str] | None:
    """The folder of a result and the ISO 8601 time at which it was made; None where there is no intact one."""
    place = cache / key
    try:
        manifest = json.loads(_bytes(place / _MANIFEST))
        intact = manifest["key"] == key and manifest["files"] == _sums(place)
        made = datetime.fromisoformat(manifest["made"]).isoformat(timespec="seconds")
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return (place, made) if intact else None


def store_entry(cache: Path, key: str, result: Path) -> None:
    """Keep a result; a folder that cannot be written to keeps none."""
    with suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=_NEW, ignore_cleanup_errors=True) as name:
            entry = Path(shutil.copytree(result, Path(name) / key))
            manifest: Mapping[str, Any] = {
                "key": key,
                "made": datetime.now(timezone.utc).isoformat(timespec="seconds"),
                "files": _sums(entry),
            }
            (entry / _MANIFEST).write_text(json.dumps(manifest), "utf-8")
            shutil.rmtree(cache / key, ignore_errors=True)
            entry.replace(cache / key)
        _prune(cache)


def _prune(cache: Path) -> None:
    """Older entries go, and what an earlier run has left unfinished."""
    for unfinished in cache.glob(f"{_NEW}*"):
        shutil.rmtree(unfinished, ignore_errors=True)
    entries = sorted(cache.glob("*/" + _MANIFEST), key=lambda file: file.stat().st_mtime, reverse=True)
    kept = 0
    for number, manifest in enumerate(entries):
        kept += sum(file.stat().st_size for file in manifest.parent.iterdir())
        if number >= _KEPT or kept > _MOST_BYTES:
            shutil.rmtree(manifest.parent, ignore_errors=True)


def _sums(place: Path) -> dict[str, str]:
    return {file.name: _sha256(file) for file in sorted(place.iterdir()) if file.name != _MANIFEST}


def _sha256(file: Path) -> str:
    return hashlib.sha256(_bytes(file)).hexdigest()


def _bytes(file: Path) -> bytes:
    if not file.is_file():  # what is no file, such as a pipe, may have no end
        raise FileNotFoundError(file)
    return file.read_bytes()
