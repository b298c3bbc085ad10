"""A light card with a title, on which plots place axes by CSS pixels; it becomes a PNG.

The card is opaque and has a border, so that it reads the same on a light and on a dark page.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from . import style
from .text import POINTS, clean, fit, font_families, text_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text
    from numpy.typing import NDArray
    from PIL.Image import Image

_PER_INCH = 100
_RADIUS = 8.0
_ALMOST = 248  # colours are reduced to a palette, which mixes the paper with shades so near to it
_TINT = 24  # the most by which the channels of our greys differ
_SETTINGS = Lock()


class Drawing(NamedTuple):
    """A finished plot and its words."""

    card: Card
    alt: str


class Card:
    """A figure measured in CSS pixels from its top left corner."""

    def __init__(
        self,
        title: str,
        height: float,
        *,
        width: float = style.WIDTH,
        subtitle: str = "",
        key: float = 0.0,
        neutral: bool = False,
    ) -> None:
        """Begin a card; key : the room at the right of the title that a key will need.

        neutral : whether it shows pictures of data, whose greys must not be mixed with the tinted ones of text.
        """
        from matplotlib.figure import Figure

        self._neutral = neutral
        self.title, self.width, self.height = clean(title), round(width), round(height)
        size = self.width / _PER_INCH, self.height / _PER_INCH
        self.figure: Figure = Figure(figsize=size, dpi=style.SCALE * _PER_INCH)
        self.figure.patch.set_alpha(0.0)
        self._border()
        self.text(style.MARGIN, 25, self.title, size=style.TITLE, weight="bold")
        left = 2 * style.MARGIN - 6 + text_width(self.title, style.TITLE, bold=True)
        self.text(left, 25, fit(subtitle, width - style.MARGIN - key - left), colour=style.MUTED)

    def axes(self, left: float, top: float, width: float, height: float, *, grid: str | None = None) -> Axes:
        """Axes with nothing but a baseline; grid : "x", "y", "both" or None."""
        box = (left / self.width, 1 - (top + height) / self.height, width / self.width, height / self.height)
        axes = self.figure.add_axes(box)
        axes.set_axisbelow(True)
        axes.patch.set_visible(False)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        if grid:
            axes.grid(visible=True, axis=grid)  # type: ignore[arg-type]  # a str of the three that it takes
        return axes

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = style.TEXT,
        colour: str = style.INK,
        align: str = "left",
        weight: str = "normal",
        rotation: float = 0,
    ) -> Text:
        """A line of text whose baseline begins (or ends, or is centred) at a point."""
        look: dict[str, Any] = {"ha": align, "va": "baseline", "weight": weight, "rotation": rotation}
        x, y = x / self.width, 1 - y / self.height
        return self.figure.text(x, y, clean(text), fontsize=size * POINTS, color=colour, **look)

    def mark(self, x: Sequence[float], y: Sequence[float], *, marker: str = "", line: Any = "-", **look: Any) -> None:
        """Marks, or a line, outside of axes: for keys."""
        from matplotlib.lines import Line2D

        places = [value / self.width for value in x], [1 - value / self.height for value in y]
        self.figure.add_artist(Line2D(*places, marker=marker, linestyle=line, **look))

    def png(self) -> bytes:
        """The picture: the same bytes for the same drawing, since nothing but pixels is in it."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from PIL import Image as Pillow

        canvas = FigureCanvasAgg(self.figure)
        canvas.draw()  # type: ignore[no-untyped-call]  # matplotlib's
        pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]  # matplotlib's
        file = io.BytesIO()
        _in_few_colours(Pillow.fromarray(_untinted(pixels) if self._neutral else pixels)).save(file, "PNG")
        return file.getvalue()

    def _border(self) -> None:
        from matplotlib.patches import FancyBboxPatch

        self.figure.add_artist(
            FancyBboxPatch(
                (0.5 / _PER_INCH, 0.5 / _PER_INCH),
                (self.width - 1) / _PER_INCH,
                (self.height - 1) / _PER_INCH,
                boxstyle=f"round,pad=0,rounding_size={_RADIUS / _PER_INCH}",
                transform=self.figure.dpi_scale_trans,
                facecolor=style.PAPER,
                edgecolor=style.BORDER,
                linewidth=POINTS,
                zorder=-10,
            )
        )


def _untinted(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pixels, (height, width, 4), of which those that are almost grey are grey."""
    red, green, blue = np.moveaxis(pixels[..., :3], -1, 0)
    most, least = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    almost = most - least <= _TINT
    mean = ((red.astype(np.uint16) + green + blue + 1) // 3).astype(np.uint8)
    untinted = pixels.copy()
    untinted[..., :3] = np.where(almost[..., np.newaxis], mean[..., np.newaxis], pixels[..., :3])
    return untinted


def _in_few_colours(image: Image) -> Image:
    """The image with a palette of 256 colours: a third of the size."""
    from PIL import Image as Pillow

    few = image.quantize(256, method=Pillow.Quantize.FASTOCTREE, dither=Pillow.Dither.NONE)
    palette = np.reshape(few.getpalette("RGBA") or [], (-1, 4))
    palette[(palette >= _ALMOST).all(axis=1), :3] = 255  # what was the paper is so again
    few.putpalette(palette.ravel().tolist(), "RGBA")
    return few


@contextmanager
def settings() -> Iterator[None]:
    """Our settings of matplotlib while the context lasts, one thread at a time.

    Whatever style sheet the repository's own code or a matplotlibrc file has set does not reach the plots.
    """
    import matplotlib as mpl

    with _SETTINGS, mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(cast("Any", _settings()))
        yield


def _settings() -> dict[str, Any]:
    return {
        "font.family": font_families(),
        "font.size": style.TEXT * POINTS,
        "text.color": style.INK,
        "text.hinting": "none",  # makes no difference at two device pixels for each of CSS, and takes time
        "text.parse_math": False,  # names are text: a dollar sign is a dollar sign
        "axes.edgecolor": style.AXIS,
        "axes.linewidth": POINTS,
        "axes.labelcolor": style.MUTED,
        "axes.labelsize": style.TEXT * POINTS,
        "axes.labelpad": 3,
        "axes.unicode_minus": True,
        "grid.color": style.GRID,
        "grid.linewidth": POINTS,
        "xtick.color": style.AXIS,
        "ytick.color": style.AXIS,
        "xtick.labelcolor": style.MUTED,
        "ytick.labelcolor": style.MUTED,
        "xtick.labelsize": style.SMALL * POINTS,
        "ytick.labelsize": style.SMALL * POINTS,
        "xtick.major.size": 3 * POINTS,
        "ytick.major.size": 0,
        "xtick.major.width": POINTS,
        "xtick.major.pad": 3,
        "ytick.major.pad": 4,
        "xtick.minor.size": 0,
        "ytick.minor.size": 0,
        "lines.solid_capstyle": "round",
    }
