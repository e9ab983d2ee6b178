"""Saves pictures for the docs small: in 256 colours, those of both themes exactly among them."""

from dataclasses import astuple
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageColor
from PySide6.QtGui import QImage

from tabuah.widgets.theme.tokens import PALETTES

COLOURS: Final = 256


def save_small(picture: QImage, file: Path) -> None:
    """Write a PNG, at a third of the size that it would have.

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
    """The colours of the themes, of which a rare one would be lost as the yellow of few marks, and its own."""
    tokens = {text for palette in PALETTES.values() for text in astuple(palette) if text.startswith("#")}
    fixed = [channel for text in sorted(tokens) for channel in ImageColor.getrgb(text)[:3]]
    own = image.quantize(COLOURS - len(tokens), kmeans=2).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette((fixed + own)[: 3 * COLOURS])
    return palette
