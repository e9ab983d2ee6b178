"""Fields of `incident edit --set` and their parsers."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import click
import msgspec
from msgspec import UNSET, UnsetType

from tabuah.console.commands.code_lists import read_code
from tabuah.console.commands.incident_places import PlaceResolver
from tabuah.gis.coordinates import parse_position
from tabuah.operations.codes import Channel, Hazard, Severity
from tabuah.operations.hidden_characters import is_plain
from tabuah.operations.incidents.entry_bodies import FigureGroups, Figures, IncidentEdited, PeopleGroups
from tabuah.operations.incidents.figure_groups import GROUPS, PEOPLE_FIGURES
from tabuah.operations.incidents.place import IncidentPlace, describe_place
from tabuah.resources.localisation import _
from tabuah.resources.moment_parser import parse_moment
from tabuah.text.incidents.places import place_words_fault

EDITABLE: Final = (
    *("title", "description", "hazard", "channel", "occurred_at", "severity", "assignment"),
    *("place", "nagari", "jorong", "landmark", "area", "caller"),
)
MOST_DIGITS: Final = 18  # of a count
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
    "sekolah": "schools",
    "rumah_ibadah": "worship_places",
    "fasilitas_kesehatan": "health_facilities",
    "jembatan": "bridges",
    "jalan_m": "roads_m",
    "irigasi_m": "irrigation_m",
    "lahan_m2": "farmland_m2",
    "ternak": "livestock",
    "kerugian_rp": "loss_idr",
}
_INDONESIAN_GROUPS: Final = {
    "laki_laki": "male",
    "perempuan": "female",
    "balita": "infants",
    "anak": "children",
    "dewasa": "adults",
    "lansia": "elderly",
    "hamil": "pregnant",
    "menyusui": "breastfeeding",
    "disabilitas": "disabled",
}
_FIGURE_NAMES: Final = {**{name: name for name in Figures.__struct_fields__}, **_INDONESIAN_FIGURES}
_GROUP_NAMES: Final = {**{name: name for name in GROUPS}, **_INDONESIAN_GROUPS}
# A group is a part of a figure that counts people: displaced_people.male, mengungsi.laki_laki.
_GROUPS_OF_FIGURES: Final = {
    f"{figure}.{group}": (code, _GROUP_NAMES[group])
    for figure, code in _FIGURE_NAMES.items()
    if code in PEOPLE_FIGURES
    for group in _GROUP_NAMES
}
FIGURES: Final = (*_FIGURE_NAMES, *_GROUPS_OF_FIGURES)

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
    """Return casualties and damage from their pairs; those of groups are left out.

    Raises:
        click.UsageError: a value is not a count, or a figure is given twice.
    """
    counts: dict[str, int] = {}
    for name, text in values.items():
        if name in _FIGURE_NAMES:
            _add_count(counts, _FIGURE_NAMES[name], name, text)
    return validate_body(Figures(**counts))


def read_groups(values: Mapping[str, str]) -> FigureGroups | UnsetType:
    """Return the people by group from the pairs with a dot, such as `displaced_people.male`; unset without any.

    Raises:
        click.UsageError: a value is not a count, or a group is given twice.
    """
    counts: dict[str, dict[str, int]] = {}
    for name, text in values.items():
        if name in _GROUPS_OF_FIGURES:
            figure, group = _GROUPS_OF_FIGURES[name]
            _add_count(counts.setdefault(figure, {}), group, name, text)
    if not counts:
        return UNSET
    return validate_body(FigureGroups(**{figure: PeopleGroups(**groups) for figure, groups in counts.items()}))


def _add_count(counts: dict[str, int], field: str, name: str, text: str) -> None:
    if not text.isascii() or not text.isdigit() or len(text) > MOST_DIGITS:
        raise click.UsageError(_("{field}: {value} is not a count").format(field=name, value=text[:40]))
    if field in counts:
        raise click.UsageError(_("{field} is given twice").format(field=name))
    counts[field] = int(text)


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
