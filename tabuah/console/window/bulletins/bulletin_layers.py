"""Map layers of earthquakes, warned areas and volcano levels, built on a worker when they change."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec
from shapely.geometry import Point

from tabuah.gis.base_map import DETAIL, LayerKind, MapLayer
from tabuah.gis.map_layers import NamedShape, make_layer
from tabuah.gis.queries.coverage import area_of_rings
from tabuah.operations.bulletins.bulletin import KnownEarthquake, KnownWarning, Volcano
from tabuah.resources.localisation import format_moment, format_number
from tabuah.text.bulletins.bulletin_text import (
    describe_magnitude,
    describe_statement_age,
    describe_validity,
    describe_warning_with_end,
    mark_exercise,
)

WARNED_AREAS: Final = "warned_areas"
EPICENTRES: Final = "epicentres"
VOLCANO_LEVELS: Final = "volcano_levels"
_ATTRIBUTES: Final = {WARNED_AREAS: "severity", EPICENTRES: "magnitude", VOLCANO_LEVELS: "level"}
SHOWN_FOR: Final = timedelta(days=3)  # how long an earthquake stays on the map


class KnownBulletins(msgspec.Struct, frozen=True, kw_only=True):
    """The bulletins of all agencies, by id."""

    earthquakes: Mapping[str, KnownEarthquake] = msgspec.field(default_factory=dict)
    warnings: Mapping[str, KnownWarning] = msgspec.field(default_factory=dict)
    volcanoes: Mapping[str, Volcano] = msgspec.field(default_factory=dict)


class BulletinMark(msgspec.Struct, frozen=True, kw_only=True):
    """One object on the map. Equal marks need no redraw."""

    layer: str
    id: str
    name: str
    note: str
    place: tuple[tuple[tuple[float, float], ...], ...]  # rings, or one ring of one point
    attribute: str | float = ""
    source: str = ""


def bulletin_marks(bulletins: KnownBulletins, now: datetime) -> tuple[BulletinMark, ...]:
    """Return the marks at `now`: warnings in force, recent earthquakes, all volcano levels."""
    return (
        *(_warned(w, now) for w in bulletins.warnings.values() if w.issued.rings and w.is_in_force(now)),
        *(_epicentre(q) for q in _recent(bulletins.earthquakes.values(), now)),
        *(mark for v in bulletins.volcanoes.values() if (mark := _volcano(v, now)) is not None),
    )


def bulletin_layers(marks: tuple[BulletinMark, ...]) -> tuple[MapLayer, ...]:
    """Return the layers of these marks, without empty layers."""
    made = []
    for name in (WARNED_AREAS, EPICENTRES, VOLCANO_LEVELS):
        own = [mark for mark in marks if mark.layer == name]
        if own:
            kind = LayerKind.POLYGON if name == WARNED_AREAS else LayerKind.POINT
            made.append(make_layer(name, kind, [_shape(mark) for mark in own]))
    return tuple(made)


def _recent(quakes: Iterable[KnownEarthquake], now: datetime) -> list[KnownEarthquake]:
    found = [quake for quake in quakes if now - quake.latest.at <= SHOWN_FOR]
    return sorted(found, key=lambda quake: quake.latest.magnitude)  # the strongest is drawn on top


def _warned(warning: KnownWarning, now: datetime) -> BulletinMark:
    issued = warning.issued
    note = f"{issued.source} · {describe_validity(warning, now)}"
    return BulletinMark(
        layer=WARNED_AREAS,
        id=warning.id,
        name=mark_exercise(warning.exercise, describe_warning_with_end(warning)),
        note=note,
        place=issued.rings,
        attribute=issued.severity.value,
        source=issued.source,
    )


def _epicentre(quake: KnownEarthquake) -> BulletinMark:
    latest = quake.latest
    return BulletinMark(
        layer=EPICENTRES,
        id=quake.id,
        name=mark_exercise(quake.exercise, f"M {format_number(latest.magnitude, digits=1)}"),
        note=f"{latest.source} · {describe_magnitude(latest)} · {format_moment(latest.at)}",
        place=(((latest.lon_deg, latest.lat_deg),),),
        attribute=latest.magnitude,
        source=latest.source,
    )


def _volcano(volcano: Volcano, now: datetime) -> BulletinMark | None:
    if volcano.lon_deg is None or volcano.lat_deg is None:
        return None
    current = volcano.current
    words = f"{volcano.name} · Level {current.level.value} · {describe_statement_age(volcano, now)}"
    return BulletinMark(
        layer=VOLCANO_LEVELS,
        id=volcano.id,
        name=mark_exercise(volcano.exercise, words),
        note=f"{current.source} · {format_moment(current.stated_at)}",
        place=(((volcano.lon_deg, volcano.lat_deg),),),
        attribute=current.level.value,
        source=current.source,
    )


def _shape(mark: BulletinMark) -> NamedShape:
    """Return the shape of a mark.

    The note becomes an attribute: as a note it would be drawn on the map, for which it is too long.
    """
    attributes: dict[str, str | float] = {DETAIL: mark.note, _ATTRIBUTES[mark.layer]: mark.attribute}
    shape = area_of_rings(mark.place) if mark.layer == WARNED_AREAS else Point(mark.place[0][0])
    return NamedShape(shape=shape, code=mark.id, name=mark.name, attributes=attributes)
