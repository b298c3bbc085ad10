"""Only pixels leave the runner: whatever else a PNG file carries, or pretends to be, stays."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from report.core.errors import PublishingError
from report.publishing.png import LONGEST_FILE, MOST_PIXELS, reencode
from report.rendering.plots.canvas import Card

SECRET = b"a secret that nobody sees"


def png(image: Image.Image, **how: object) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", **how)
    return file.getvalue()


def noise(mode: str = "RGB", size: tuple[int, int] = (9, 7)) -> Image.Image:
    pixels = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 4), dtype=np.uint8)
    return Image.fromarray(pixels, "RGBA").convert(mode)


def chunks(data: bytes) -> list[bytes]:
    found, place = [], 8
    while place < len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        found.append(data[place + 4 : place + 8])
        place += 12 + length
    return found


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def with_chunk(data: bytes, kind: bytes, content: bytes) -> bytes:
    """A chunk more, after the header."""
    return data[:33] + chunk(kind, content) + data[33:]


def header(width: int, height: int) -> bytes:
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return data + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def test_a_plot_of_ours_is_the_same_file_afterwards() -> None:
    card = Card("Loss curves", height=90)
    card.text(20, 60, "a text")
    assert reencode(card.png()) == card.png()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "1", "P"])
def test_pixels_stay(mode: str) -> None:
    image = noise(mode)
    after = Image.open(io.BytesIO(reencode(png(image))))
    assert after.convert("RGBA").tobytes() == image.convert("RGBA").tobytes()


def test_nothing_but_pixels_stays() -> None:
    information = PngImagePlugin.PngInfo()
    information.add_text("Comment", SECRET.decode())
    information.add_itxt("Author", SECRET.decode(), zip=True)
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    more = {"pnginfo": information, "exif": exif, "icc_profile": SECRET, "dpi": (99, 99)}
    data = png(noise(), save_all=True, append_images=[noise("RGB", (9, 7)).rotate(180)], **more)
    data = with_chunk(data, b"prVt", SECRET) + SECRET
    assert {b"tEXt", b"iTXt", b"eXIf", b"iCCP", b"fcTL", b"prVt"} <= set(chunks(data))
    after = reencode(data)
    assert set(chunks(after)) == {b"IHDR", b"IDAT", b"IEND"}
    assert SECRET not in after


def test_colours_that_no_pixel_has_are_blanked() -> None:
    image = Image.new("P", (4, 4), 0)
    image.putpalette([1, 2, 3, *SECRET[:24]])
    after = reencode(png(image))
    assert SECRET[:24] not in after
    assert Image.open(io.BytesIO(after)).convert("RGBA").getpixel((0, 0)) == (1, 2, 3, 255)


@pytest.mark.parametrize(
    ("width", "height"), [(30_000, 30_000), (8_001, 1), (8_000, 8_000), (2**32 - 1, 2**32 - 1), (5_001, 5_000)]
)
def test_a_bomb_is_not_unpacked(width: int, height: int) -> None:
    with pytest.raises(PublishingError, match="too many"):
        reencode(header(width, height))
    assert MOST_PIXELS >= 5_000 * 5_000


def test_a_bomb_in_a_text_is_not_unpacked() -> None:
    bomb = with_chunk(png(noise()), b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 200_000_000, 9))
    with pytest.raises(PublishingError, match="cannot be decoded"):
        reencode(bomb)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"root:x:0:0:root:/root:/bin/bash\n" * 9,
        b"\x89PNG\r\n\x1a\n" + b"[core]\n\trepositoryformatversion = 0\n" * 9,
        header(0, 0),
        png(noise())[:60],
        png(noise())[:-30],
    ],
    ids=range(9),
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PublishingError):
        reencode(data)


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "BMP", "TIFF", "WEBP", "ICO"])
def test_other_kinds_are_refused_whatever_they_are_called(kind: str) -> None:
    file = io.BytesIO()
    noise().save(file, kind)
    with pytest.raises(PublishingError, match="no PNG file"):
        reencode(file.getvalue())


def test_a_large_file_is_refused() -> None:
    with pytest.raises(PublishingError, match="bytes"):
        reencode(png(noise()) + b"\0" * LONGEST_FILE)


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_damage_is_told_or_makes_other_pixels(data: st.DataObject) -> None:
    """No other exception, and what comes out is a picture of the same form."""
    content = bytearray(png(noise(data.draw(st.sampled_from(["RGB", "P", "RGBA"])))))
    for place, value in data.draw(
        st.lists(st.tuples(st.integers(8, len(content) - 1), st.integers(0, 255)), max_size=6)
    ):
        content[place] = value
    try:
        after = reencode(bytes(content[: data.draw(st.integers(8, len(content)))]))
    except PublishingError:
        return
    assert set(chunks(after)) <= {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
