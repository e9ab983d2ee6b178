"""Parameter types for pictures: a size in pixels, a bounding box, a map scale."""

import re
from typing import Any, Final

import click

from tabuah.gis.reference_systems import MERCATOR_LIMIT_DEG
from tabuah.resources.localisation import _, format_number

SMALLEST_PX: Final = 64
LARGEST_PX: Final = 8192
LARGEST_SCALE: Final = 1_000  # denominator; a larger scale shows more detail than the map has
SMALLEST_SCALE: Final = 5_000_000
_SCALE: Final = re.compile(r"(?:1\s*[:/]\s*)?(\d{1,3}(?:[.,  ]\d{3})+|\d{1,9})")
_SIZE: Final = re.compile(r"(\d{1,6})\s*[xX×]\s*(\d{1,6})")

Size = tuple[int, int]
Box = tuple[float, float, float, float]


class PixelSize(click.ParamType[Size]):
    """Width and height in pixels, as in 1600x1000."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Size:
        if isinstance(value, tuple):
            return value
        match = _SIZE.fullmatch(str(value).strip())
        if match is None:
            self.fail(_("{text} is not a size; write it like {example}").format(text=value, example="1600x1000"))
        width, height = int(match[1]), int(match[2])
        if not all(SMALLEST_PX <= side <= LARGEST_PX for side in (width, height)):
            message = _("each side is {least} to {most} pixels")
            self.fail(message.format(least=SMALLEST_PX, most=LARGEST_PX), param, ctx)
        return width, height


class BoundingBox(click.ParamType[Box]):
    """West, south, east, north in degrees (EPSG:4326)."""

    name = "bbox"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Box:
        if isinstance(value, tuple):
            return value
        try:
            west, south, east, north = (float(part) for part in str(value).split(","))
        except ValueError:
            example = "100.5,-1.1,100.8,-0.8"
            message = _("{text} is not a bounding box; write west,south,east,north in degrees, like {example}")
            self.fail(message.format(text=value, example=example), param, ctx)
        if not (-180 <= west < east <= 180 and -MERCATOR_LIMIT_DEG <= south < north <= MERCATOR_LIMIT_DEG):
            self.fail(_("west must be less than east and south less than north, in degrees"), param, ctx)
        return west, south, east, north


class MapScale(click.ParamType[float]):
    """A map scale: 50000, 1:50000 or 1:50.000."""

    name = "scale"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the denominator."""
        match = _SCALE.fullmatch(str(value).strip())
        if match is None:
            example = "1:50000"
            self.fail(_("{text} is not a scale; write it like {example}").format(text=value, example=example))
        number = int(re.sub(r"\D", "", match[1]))
        if not LARGEST_SCALE <= number <= SMALLEST_SCALE:
            message = _("the scale must be 1 : {least} to 1 : {most}")
            limits = {"least": format_number(LARGEST_SCALE), "most": format_number(SMALLEST_SCALE)}
            self.fail(message.format(**limits), param, ctx)
        return float(number)
