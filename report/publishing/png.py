"""Pictures made anew from their pixels: nothing else that a file may carry leaves the runner."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

from ..core.errors import PublishingError

if TYPE_CHECKING:
    from PIL import Image

LONGEST_FILE = 5_000_000  # bytes
LONGEST_SIDE = 8_000  # pixels
MOST_PIXELS = 25_000_000

_SIGNATURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_HEADER = len(_SIGNATURE) + 8


def reencode(data: bytes) -> bytes:
    """The PNG file of the same pixels and nothing else: no text, no profile, no further frames, nothing behind its end.

    Raises PublishingError for what is no PNG file, or a very large one; its size is looked at before it is unpacked.
    """
    _check_size(data)
    try:
        image = _only_pixels(data)
        file = io.BytesIO()
        image.save(file, "PNG")
    except Exception as error:  # noqa: BLE001 - a damaged file breaks a decoder in many ways
        raise PublishingError(f"it cannot be decoded ({type(error).__name__})") from None
    return file.getvalue()


def _check_size(data: bytes) -> None:
    if len(data) > LONGEST_FILE:
        raise PublishingError(f"it has {len(data):,} bytes, more than {LONGEST_FILE:,}")
    if len(data) < _HEADER or not data.startswith(_SIGNATURE):
        raise PublishingError("it is no PNG file")
    width, height = struct.unpack(">II", data[len(_SIGNATURE) : _HEADER])
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
        raise PublishingError(f"it has {width:,} × {height:,} pixels, which is too many")


def _only_pixels(data: bytes) -> Image.Image:
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=("PNG",)) as opened:
        opened.load()
        if opened.mode == "P":
            return _with_palette(opened)
        mode = "RGBA" if opened.has_transparency_data else "RGB"
        return Image.frombytes(mode, opened.size, opened.convert(mode).tobytes())


def _with_palette(opened: Image.Image) -> Image.Image:
    """A picture of few colours stays one, which is less than half as large; colours that no pixel has are blanked."""
    from PIL import Image

    opened.apply_transparency()  # which is beside the palette in the file
    image = Image.frombytes("P", opened.size, opened.tobytes())
    used = {index for _, index in opened.getcolors(256) or ()}
    palette = opened.getpalette("RGBA") or []
    image.putpalette([value if place // 4 in used else 0 for place, value in enumerate(palette)], "RGBA")
    return image
