"""Reader of style files (TOML): the shipped one, and an administrator's file that changes parts of it."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec

from tabuah.gis.errors import MapStyleError
from tabuah.gis.layers.map_style import MapStyle
from tabuah.resources.invalid_values import describe_reason
from tabuah.resources.localisation import _

FILE_NAME: Final = "style.toml"
_TOML_PLACE: Final = re.compile(r"^(.*) \(at line (\d+), column \d+\)$")
_PATH: Final = re.compile(r"^(.*) - at `(.*)`$", re.DOTALL)
_STEP: Final = re.compile(r"\.([\w-]+)|\[(\d+)\]|\[\.\.\.\]")


def shipped_style_file() -> Path:
    """Return the path of the style that ships with Tabuah."""
    return Path(str(files("tabuah.resources"))) / "styles" / "map.toml"


@cache
def shipped_style() -> MapStyle:
    """Return the style that ships with Tabuah."""
    return read_style(shipped_style_file())


def read_style(path: Path) -> MapStyle:
    """Read and check a style file.

    Raises:
        MapStyleError: names the line and field that are invalid.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return msgspec.convert(tomllib.loads(text), MapStyle)
    except (OSError, UnicodeDecodeError) as error:
        raise MapStyleError(path, reason=_("it cannot be read as text")) from error
    except msgspec.ValidationError as error:
        placed = _PATH.match(str(error))
        reason, field = (placed[1], placed[2].removeprefix("$").lstrip(".")) if placed else (str(error), "")
        line = line_of(text, field)
        raise MapStyleError(path, reason=describe_reason(reason), line=line, field=field) from error
    except ValueError as error:
        placed = _TOML_PLACE.match(str(error))
        line = int(placed[2]) if placed else 0
        raise MapStyleError(path, reason=placed[1] if placed else str(error), line=line) from error


def style_of_directory(directory: Path) -> tuple[MapStyle, str]:
    """Return the style for a data directory and the error of its own file as text, "" when there is none.

    `<data>/map/style.toml` names only the layers that it changes or adds; an invalid file changes
    nothing.
    """
    own = directory / "map" / FILE_NAME
    if not own.exists():
        return shipped_style(), ""
    try:
        return shipped_style().with_layers(read_style(own)), ""
    except MapStyleError as error:
        return shipped_style(), _("{problem} The map keeps its default style.").format(problem=error)


def line_of(text: str, field: str) -> int:
    """Return the line (from 1) of a field such as "layer[2].line.width_px", or of its table where it is missing."""
    lines = text.splitlines()
    steps = [(match[1] or "", match[2]) for match in _STEP.finditer(f".{field}")]
    names = [name for name, _number in steps if name]
    number = next((int(found) for _name, found in steps if found), 0)
    headers = [n for n, line in enumerate(lines) if re.match(rf"\s*\[\[\s*{names[0]}\s*\]\]", line)] if names else []
    start = headers[number] if number < len(headers) else 0
    end = next((n for n in range(start + 1, len(lines)) if lines[n].lstrip().startswith("[[")), len(lines))
    for name in reversed(names):
        for n in range(start, end):
            if re.search(rf"(^|[\s.\[{{,\"]){re.escape(name)}[\"\s]*(=|\])", lines[n]):
                return n + 1
    return start + 1
