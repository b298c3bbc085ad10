"""Git LFS: the small file that stands in a checkout where the data have not been fetched."""

from __future__ import annotations

POINTER = b"version https://git-lfs.github.com/spec/"  # how such a file begins
