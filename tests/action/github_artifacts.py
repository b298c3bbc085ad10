"""The artifacts of workflow runs on a GitHub on loopback, and the storage that GitHub sends to for their content."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import github_forms as forms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

STORAGE = "/storage/"


@dataclass(frozen=True)
class Stored:
    """An artifact. archive : what is downloaded."""

    number: int
    run: int
    name: str
    archive: bytes
    expired: bool = False

    def form(self, api: str, full_name: str) -> dict[str, Any]:
        """As GitHub tells of it."""
        address = f"{api}/repos/{full_name}/actions/artifacts/{self.number}"
        return {
            "id": self.number,
            "node_id": f"A_{self.number}",
            "name": self.name,
            "size_in_bytes": len(self.archive),
            "url": address,
            "archive_download_url": f"{address}/zip",
            "expired": self.expired,
            **dict.fromkeys(("created_at", "expires_at", "updated_at"), forms.DAY),
        }


def content(artifacts: Sequence[Stored], path: str) -> tuple[int, Any]:
    """What the storage answers."""
    for stored in artifacts:
        if path == f"{STORAGE}{stored.number}":
            return 200, stored.archive
    return 404, {"message": "BlobNotFound"}


def packed(files: Mapping[str, bytes]) -> bytes:
    """An archive of files."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, data in files.items():
            writer.writestr(name, data)
    return archive.getvalue()


def packed_folder(folder: Path) -> bytes:
    """An archive of all files of a folder, as the upload of an artifact makes it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return packed({path.relative_to(folder).as_posix(): path.read_bytes() for path in files})
