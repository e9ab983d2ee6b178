"""Contrast of two colours, and of a text in a picture, by WCAG 2.1."""

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage


def luminance(colour: str) -> float:
    """Return the relative luminance (WCAG 2.1)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio (WCAG 2.1)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def contrast_in(picture: QImage, area: QRect) -> float:
    """Return the contrast of the commonest colour of an area, its background, and the colour farthest from it."""
    part = picture.copy(area).convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(part.constBits(), np.uint32).reshape(part.height(), -1)[:, : part.width()] & 0xFFFFFF
    colours, counts = np.unique(pixels, return_counts=True)
    lights = _luminances(colours)
    ground = lights[counts.argmax()]
    return float(((np.maximum(lights, ground) + 0.05) / (np.minimum(lights, ground) + 0.05)).max())


def _luminances(colours: np.ndarray) -> np.ndarray:
    parts = np.stack([colours >> 16, (colours >> 8) & 0xFF, colours & 0xFF], axis=1) / 255
    linear = np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])
