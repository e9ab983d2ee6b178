"""The fields that `incident edit --set` writes: how each is read from its text."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import click
import msgspec

from tabuah.console.commands.code_lists import read_code
from tabuah.console.commands.placing import Placer
from tabuah.console.moments import read_moment
from tabuah.gis.coordinates import parse_position
from tabuah.operations.codes import Channel, Hazard, Severity
from tabuah.operations.incidents.bodies import Figures, IncidentEdited
from tabuah.resources.catalogue import _

EDITABLE: Final = (
    *("title", "description", "hazard", "channel", "occurred_at", "severity", "assignment"),
    *("place", "nagari", "area"),
)
FIGURES: Final = Figures.__struct_fields__

BodyT = TypeVar("BodyT", bound=msgspec.Struct)


def read_edit(values: Mapping[str, str], placer: Placer, *, outside_reason: str) -> IncidentEdited:
    """The edit that `FIELD=VALUE` pairs ask for.

    Raises:
        click.UsageError: a value does not fit its field.
        OperationsError, GeographyError: likewise, with what would fit.
    """
    wanted: dict[str, Any] = {}
    for field, text in values.items():
        name = "place" if field == "nagari" else field
        wanted[name] = _read(field, text, placer, outside_reason)
    return checked(IncidentEdited(**wanted))


def read_figures(values: Mapping[str, str]) -> Figures:
    """Casualties and damage from their pairs.

    Raises:
        click.UsageError: a value is no count.
    """
    counts: dict[str, int] = {}
    for name, text in values.items():
        if not text.isascii() or not text.isdigit():
            raise click.UsageError(_("{field}: {value} is no count").format(field=name, value=text))
        counts[name] = int(text)
    return checked(Figures(**counts))


def checked(body: BodyT) -> BodyT:
    """The body again, if it is within the limits of its fields.

    Raises:
        click.UsageError: it is not; says which field and how.
    """
    try:
        return msgspec.json.decode(msgspec.json.encode(body), type=type(body))
    except msgspec.ValidationError as error:
        finding, _at, where = str(error).partition(" - at ")
        field = where.strip("`$.") or "?"
        message = _("{field} is not valid: {finding}").format(field=field, finding=_finding_words(finding))
        raise click.UsageError(message) from error


def _finding_words(finding: str) -> str:
    """What the validation found, in words where it is a length."""
    length = re.search(r"length ([<>])= (\d+)", finding)
    if length is None:
        return finding
    words = _("at most {n} characters") if length[1] == "<" else _("at least {n} characters")
    return words.format(n=length[2])


def _read(field: str, text: str, placer: Placer, outside_reason: str) -> Any:
    match field:
        case "hazard":
            return read_code(Hazard, text)
        case "channel":
            return read_code(Channel, text)
        case "severity":
            return read_code(Severity, text)
        case "occurred_at":
            return _moment(text)
        case "assignment":
            return tuple(part.strip() for part in text.split(",") if part.strip())
        case "place":
            return placer.place_at(text, outside_reason=outside_reason).place
        case "nagari":
            return placer.place_in_nagari(text).place
        case "area":
            return _ring(text)
    return text


def _moment(text: str) -> datetime:
    try:
        return read_moment(text, now=datetime.now(UTC))
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _ring(text: str) -> tuple[tuple[float, float], ...] | None:
    """Corners "LON,LAT LON,LAT …", closed where they are not; nothing takes the area away."""
    corners = tuple(parse_position(corner) for corner in text.split())
    if not corners:
        return None
    return corners if corners[0] == corners[-1] else (*corners, corners[0])
