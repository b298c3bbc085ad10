"""Memory that is free, but kept by the allocators of this process for later."""

from __future__ import annotations

import ctypes
import sys


def release_memory() -> None:
    """Hand it back to the system, where other processes need it more; nothing where the system has no such call."""
    arrow = sys.modules.get("pyarrow")
    if arrow is not None:
        arrow.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it, musl has not
        if trim is not None:
            trim(0)
