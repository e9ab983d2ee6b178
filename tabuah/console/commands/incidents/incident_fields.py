"""Fields of `incident edit --set` and their parsers."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import click
import msgspec

from tabuah.console.commands.code_lists import read_code
from tabuah.console.commands.incident_places import PlaceResolver
from tabuah.gis.coordinates import parse_position
from tabuah.operations.codes import Channel, Hazard, Severity
from tabuah.operations.hidden_characters import is_plain
from tabuah.operations.incidents.entry_bodies import Figures, IncidentEdited
from tabuah.operations.incidents.place import IncidentPlace, describe_place
from tabuah.resources.localisation import _
from tabuah.resources.moment_parser import parse_moment
from tabuah.text.incidents.places import place_words_fault

EDITABLE: Final = (
    *("title", "description", "hazard", "channel", "occurred_at", "severity", "assignment"),
    *("place", "nagari", "jorong", "landmark", "area", "caller"),
)
MAX_CALLER: Final = 200  # characters of the name and number of a caller
PLACE_WORDS: Final = ("jorong", "landmark")
# Each figure also has the Indonesian name of the form of BNPB.
_INDONESIAN_FIGURES: Final = {
    "meninggal": "deaths",
    "hilang": "missing",
    "luka_berat": "injured_severe",
    "luka_ringan": "injured_minor",
    "mengungsi": "displaced_people",
    "mengungsi_kk": "displaced_households",
    "rumah_rusak_berat": "houses_severe",
    "rumah_rusak_sedang": "houses_moderate",
    "rumah_rusak_ringan": "houses_minor",
    "fasilitas_umum": "public_facilities",
}
FIGURES: Final = (*Figures.__struct_fields__, *_INDONESIAN_FIGURES)

BodyT = TypeVar("BodyT", bound=msgspec.Struct)


def read_edit(values: Mapping[str, str], placer: PlaceResolver, *, outside_reason: str) -> IncidentEdited:
    """Return the edit for `FIELD=VALUE` pairs.

    Raises:
        click.UsageError: a value is invalid for its field.
        OperationsError, GeographyError: likewise; the message names the valid values.
    """
    wanted: dict[str, Any] = {}
    for field, text in values.items():
        name = "place" if field == "nagari" else field
        wanted[name] = _parse_field(field, text, placer, outside_reason)
    return validate_body(IncidentEdited(**wanted))


def read_place_words(place: IncidentPlace, words: Mapping[str, str]) -> IncidentPlace:
    """Return a place with the jorong and landmark among `words`, where an empty text removes one.

    Raises:
        click.UsageError: a text is too long, or cannot be shown.
    """
    given = {name: " ".join(words[name].split()) for name in PLACE_WORDS if name in words}
    if fault := place_words_fault(*given.values()):
        raise click.UsageError(fault)
    return describe_place(place, **given)


def read_caller(text: str) -> str:
    """Return name and number of a caller in one line; empty for no caller.

    Raises:
        click.UsageError: the text is too long, or cannot be shown.
    """
    caller = " ".join(text.split())
    if len(caller) > MAX_CALLER or not is_plain(caller):
        raise click.UsageError(
            _("write name and number of the caller in at most {n} characters").format(n=MAX_CALLER)
        )
    return caller


def read_figures(values: Mapping[str, str]) -> Figures:
    """Return casualties and damage from their pairs.

    Raises:
        click.UsageError: a value is not a count.
    """
    counts: dict[str, int] = {}
    for name, text in values.items():
        if not text.isascii() or not text.isdigit():
            raise click.UsageError(_("{field}: {value} is not a count").format(field=name, value=text))
        figure = _INDONESIAN_FIGURES.get(name, name)
        if figure in counts:
            raise click.UsageError(_("{field} is given twice").format(field=name))
        counts[figure] = int(text)
    return validate_body(Figures(**counts))


def validate_body(body: BodyT) -> BodyT:
    """Return the body if its fields are within their limits.

    Raises:
        click.UsageError: a field is invalid; the message names it.
    """
    try:
        return msgspec.json.decode(msgspec.json.encode(body), type=type(body))
    except msgspec.ValidationError as error:
        finding, _at, where = str(error).partition(" - at ")
        field = where.strip("`$.") or "?"
        message = _("{field} is not valid: {finding}").format(field=field, finding=_describe_finding(finding))
        raise click.UsageError(message) from error


def _describe_finding(finding: str) -> str:
    """Describe a validation error; lengths are put into words."""
    length = re.search(r"length ([<>])= (\d+)", finding)
    if length is None:
        return finding
    words = _("at most {n} characters") if length[1] == "<" else _("at least {n} characters")
    return words.format(n=length[2])


def _parse_field(field: str, text: str, placer: PlaceResolver, outside_reason: str) -> Any:
    match field:
        case "hazard":
            return read_code(Hazard, text)
        case "channel":
            return read_code(Channel, text)
        case "severity":
            return read_code(Severity, text)
        case "occurred_at":
            return _parse_moment(text)
        case "assignment":
            return tuple(part.strip() for part in text.split(",") if part.strip())
        case "place":
            return placer.place_at(text, outside_reason=outside_reason).place
        case "nagari":
            return placer.place_in_nagari(text).place
        case "area":
            return _parse_ring(text)
    return text


def _parse_moment(text: str) -> datetime:
    try:
        return parse_moment(text, now=datetime.now(UTC))
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _parse_ring(text: str) -> tuple[tuple[float, float], ...] | None:
    """Parse corners "LON,LAT LON,LAT …" into a closed ring; an empty text removes the area."""
    corners = tuple(parse_position(corner) for corner in text.split())
    if not corners:
        return None
    return corners if corners[0] == corners[-1] else (*corners, corners[0])
