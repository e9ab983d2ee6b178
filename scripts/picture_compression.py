"""Compression of screenshots for the docs: 256 colours, with all theme colours kept exactly."""

from pathlib import Path
from typing import Final

import numpy as np
from msgspec.structs import astuple
from PIL import Image, ImageColor
from PySide6.QtGui import QImage

from tabuah.widgets.theme.design_tokens import PALETTES

COLOURS: Final = 256


def save_small(picture: QImage, file: Path) -> None:
    """Write a PNG at about a third of its full size.

    Raises:
        OSError: the file cannot be written.
    """
    rgb = picture.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), dtype=np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    pixels = rows[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3)
    image = Image.fromarray(pixels.copy(), "RGB")
    file.parent.mkdir(parents=True, exist_ok=True)
    image.quantize(palette=_palette_of(image), dither=Image.Dither.NONE).save(file, optimize=True)


def _palette_of(image: Image.Image) -> Image.Image:
    """Return the theme colours, of which rare ones (the yellow of few markers) would be lost, and the image's own."""
    tokens = {text for palette in PALETTES.values() for text in astuple(palette) if text.startswith("#")}
    fixed = [channel for text in sorted(tokens) for channel in ImageColor.getrgb(text)[:3]]
    own = image.quantize(COLOURS - len(tokens), kmeans=2).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette((fixed + own)[: 3 * COLOURS])
    return palette
