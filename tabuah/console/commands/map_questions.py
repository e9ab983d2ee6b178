"""`tabuah map near` and `tabuah map inside`: what is nearest to a place, and what an area holds and covers."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import msgspec

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.maps import map_group
from tabuah.console.commands.output import print_facts, print_table, say
from tabuah.resources.catalogue import N_, _, ngettext
from tabuah.resources.formats import format_number

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from tabuah.gis.queries.covering import CoveredArea
    from tabuah.gis.queries.inside import Inside
    from tabuah.gis.queries.things import NearThing
    from tabuah.storage.cache.maps import DirectoryMaps

_LISTED: Final = 30  # things named for people; JSON has them all
_KINDS: Final = {
    "school": N_("School"),
    "puskesmas": N_("Puskesmas"),
    "clinic": N_("Clinic"),
    "hospital": N_("Hospital"),
    "pharmacy": N_("Pharmacy"),
    "police": N_("Police"),
    "fire_station": N_("Fire station"),
    "government": N_("Government office"),
    "community_hall": N_("Community hall"),
    "worship": N_("Place of worship"),
    "market": N_("Market"),
    "fuel": N_("Filling station"),
    "shelter": N_("Shelter"),
    "assembly_point": N_("Assembly point"),
    "bridge": N_("Bridge"),
    "station": N_("Sensor station"),
    "incident": N_("Incident"),
    "unit": N_("Response unit"),
    "place": N_("Settlement"),
    "road": N_("Road"),
}


class Near(msgspec.Struct, frozen=True, kw_only=True):
    """One thing of `map near --json`; the bearing is from the place towards it, from true north."""

    kind: str
    id: str
    name: str
    distance_m: float
    bearing_deg: float
    lon_deg: float
    lat_deg: float


class NearAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What `map near --json` prints."""

    name: str
    lon_deg: float
    lat_deg: float
    things: tuple[Near, ...]


class Covered(msgspec.Struct, frozen=True, kw_only=True):
    """A kecamatan or nagari in `map inside --json`; `share` and `covered_m2` are null where only a point is known."""

    code: str
    name: str
    kecamatan: str
    covered_m2: float | None
    share: float | None
    certainty: str


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One thing in `map inside --json`."""

    kind: str
    id: str
    name: str
    population: int | None


class InsideAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What `map inside --json` prints."""

    area_m2: float
    kecamatan: tuple[Covered, ...]
    nagari: tuple[Covered, ...]
    people: int
    people_places: int
    people_unknown: int
    people_estimated: bool
    roads_m: dict[str, float]
    counts: dict[str, int]
    things: tuple[Held, ...]


@map_group.command(
    "near",
    help=N_("Name what is nearest to a place: facilities, settlements, stations, units, incidents, imported points."),
    context_settings={"ignore_unknown_options": True},
)
@click.argument("place", nargs=-1, required=True, metavar="PLACE|POSITION")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help=N_("Only this kind; may be repeated."))
@click.option(
    "--within",
    "within_km",
    type=click.FloatRange(min=0, min_open=True),
    metavar="KM",
    help=N_("No farther than this."),
)
@click.option("--limit", type=click.IntRange(1, 1000), default=10, metavar="N", help=N_("How many at most."))
@click.pass_obj
def near(
    call: Invocation, *, place: tuple[str, ...], kinds: tuple[str, ...], within_km: float | None, limit: int
) -> None:
    """Name what is nearest."""
    from tabuah.console.map_things import place_meant, things_of
    from tabuah.storage.cache.maps import load_maps

    maps = load_maps(call.data)
    asked = place_meant(" ".join(place), maps.gazetteer())
    things = things_of(call.data, maps)
    known = {thing.kind.partition("/")[0] for thing in things.all} | {thing.kind for thing in things.all}
    for kind in kinds:
        if kind not in known:
            raise click.UsageError(
                _("There is nothing of the kind {kind} on this map; there is: {known}").format(
                    kind=kind, known=", ".join(sorted(known)) or "-"
                )
            )
    found = things.near(
        asked.lon_deg,
        asked.lat_deg,
        limit=limit,
        within_m=float("inf") if within_km is None else within_km * 1000,
        wanted=lambda thing: (
            bool({thing.kind, thing.kind.partition("/")[0]} & set(kinds))
            if kinds
            else not thing.kind.startswith("road/")
        ),
    )
    answer = NearAnswer(
        name=asked.name,
        lon_deg=round(asked.lon_deg, 7),
        lat_deg=round(asked.lat_deg, 7),
        things=tuple(_near(one) for one in found),
    )
    call.show(answer, lambda: _tell_near(answer))


@map_group.command("inside", help=N_("Say what an area holds: people, facilities, roads, kecamatan and nagari."))
@click.option("--area", type=click.Path(path_type=Path), metavar="FILE", help=N_("The areas of a map file."))
@click.option("--layer", metavar="NAME", help=N_("Which layer of the file, where it has several."))
@click.option("--cap", type=click.Path(path_type=Path), metavar="FILE.xml", help=N_("The area of a warning of BMKG."))
@click.option("--around", metavar="PLACE|POSITION", help=N_("A circle around a place."))
@click.option(
    "--radius", "radius_km", type=click.FloatRange(0.01, 500), default=1.0, metavar="KM", help=N_("Its radius; 1 km.")
)
@click.option("--in", "unit", metavar="CODE|NAGARI", help=N_("A kecamatan by its code, or a nagari."))
@click.pass_obj
def inside(
    call: Invocation,
    *,
    area: Path | None,
    layer: str | None,
    cap: Path | None,
    around: str | None,
    radius_km: float,
    unit: str | None,
) -> None:
    """Say what an area holds."""
    from tabuah.console.map_things import things_of
    from tabuah.gis.queries.covering import AdministrativeAreas
    from tabuah.gis.queries.inside import what_is_inside
    from tabuah.storage.cache.maps import load_maps

    if sum(one is not None for one in (area, cap, around, unit)) != 1:
        raise click.UsageError(_("Say one area: --area, --cap, --around or --in."))
    maps = load_maps(call.data)
    units = AdministrativeAreas(maps.basemap)
    if unit is not None:
        shape = _unit_shape(units, maps, unit)
    elif around is not None:
        shape = _circle(maps, around, radius_km)
    else:
        shape = _file_shape(area, layer, cap)
    answer = _inside_answer(what_is_inside(shape, things_of(call.data, maps)), units.covered_by(shape))
    call.show(answer, lambda: _tell_inside(answer))


def _file_shape(area: Path | None, layer: str | None, cap: Path | None) -> "BaseGeometry":
    from tabuah.console.map_things import area_of_file, area_of_warning

    if cap is not None:
        return area_of_warning(cap)
    assert area is not None
    return area_of_file(area, layer)


def _circle(maps: "DirectoryMaps", around: str, radius_km: float) -> "BaseGeometry":
    from tabuah.console.map_things import place_meant
    from tabuah.gis.queries.things import circle

    asked = place_meant(around, maps.gazetteer())
    return circle(asked.lon_deg, asked.lat_deg, radius_m=radius_km * 1000)


def _unit_shape(units: object, maps: "DirectoryMaps", unit: str) -> "BaseGeometry":
    from tabuah.gis.queries.covering import AdministrativeAreas

    assert isinstance(units, AdministrativeAreas)
    gazetteer = maps.gazetteer()
    named = next((k for k in gazetteer.all_kecamatan if unit.casefold() in (k.code, k.name.casefold())), None)
    code = named.code if named else gazetteer.nagari(unit).code
    shape = units.shape_of(code)
    if shape is None:
        message = _(
            "The borders of nagari {name} are not known; import official boundaries with: tabuah map import FILE"
        )
        raise click.UsageError(message.format(name=unit))
    return shape


def _near(one: "NearThing") -> Near:
    point = one.thing.shape.representative_point()
    return Near(
        kind=one.thing.kind,
        id=one.thing.id,
        name=one.thing.name,
        distance_m=round(one.distance_m, 1),
        bearing_deg=round(one.bearing_deg, 1),
        lon_deg=round(point.x, 6),
        lat_deg=round(point.y, 6),
    )


def _inside_answer(found: "Inside", covered: "tuple[CoveredArea, ...]") -> InsideAnswer:
    from tabuah.gis.places import PlaceKind

    return InsideAnswer(
        area_m2=round(found.area_m2, 1),
        kecamatan=tuple(_covered(unit) for unit in covered if unit.kind is PlaceKind.KECAMATAN),
        nagari=tuple(_covered(unit) for unit in covered if unit.kind is PlaceKind.NAGARI),
        people=found.people.counted,
        people_places=found.people.places,
        people_unknown=found.people.without_number,
        people_estimated=found.people.estimated,
        roads_m={kind: round(length_m, 1) for kind, length_m in found.roads_m.items()},
        counts=found.kinds,
        things=tuple(Held(kind=t.kind, id=t.id, name=t.name, population=t.population) for t in found.things),
    )


def _covered(unit: "CoveredArea") -> Covered:
    return Covered(
        code=unit.code,
        name=unit.name,
        kecamatan=unit.kecamatan,
        covered_m2=None if unit.covered_m2 is None else round(unit.covered_m2, 1),
        share=None if unit.share is None else round(unit.share, 4),
        certainty=unit.certainty.value,
    )


def _tell_near(answer: NearAnswer) -> None:
    rows = [
        (_kind(one.kind), one.name or one.id, _distance(one.distance_m), f"{format_number(one.bearing_deg)}°")
        for one in answer.things
    ]
    if rows:
        print_table([_("Kind"), _("Name"), _("Distance"), _("Bearing")], rows)
    else:
        say(_("Nothing is near. Facilities come with a base map: tabuah map build"))


def _tell_inside(answer: InsideAnswer) -> None:
    unknown = ngettext("{n} settlement without a number", "{n} settlements without a number", answer.people_unknown)
    people = format_number(answer.people) if answer.people_places else ""
    print_facts(
        [
            (_("Area"), f"{format_number(answer.area_m2 / 1e6, digits=2)} km²"),
            (_("People known of"), people),
            (_("Unknown"), unknown.format(n=format_number(answer.people_unknown)) if answer.people_unknown else ""),
            (_("Roads"), _distance(sum(answer.roads_m.values())) if answer.roads_m else ""),
            *((_kind(kind), format_number(count)) for kind, count in answer.counts.items()),
        ]
    )
    for heading, units in ((_("Kecamatan"), answer.kecamatan), (_("Nagari"), answer.nagari)):
        if units:
            say(f"{heading}: " + ", ".join(_unit_words(unit) for unit in units))
    if any(unit.certainty == "approximate" for unit in (*answer.kecamatan, *answer.nagari)):
        say(_("* by estimated borders; nagari without a share only by the point that stands for them."))
    named = [_titled(thing) for thing in answer.things if thing.name]
    for name in named[:_LISTED]:
        say(f"- {name}")
    if len(named) > _LISTED:
        say(_("… and {count} more.").format(count=format_number(len(named) - _LISTED)))


def _unit_words(unit: Covered) -> str:
    percent = 100 * (unit.share or 0.0)
    share = "" if unit.share is None else f" {format_number(percent) if percent >= 1 else '< 1'} %"
    return f"{unit.name}{share}{'*' if unit.certainty == 'approximate' else ''}"


def _titled(thing: Held) -> str:
    """Its kind before its name, unless the name begins with it, as "Puskesmas Talang" does."""
    kind = _kind(thing.kind)
    return thing.name if thing.name.casefold().startswith(kind.casefold()) else f"{kind} {thing.name}"


def _kind(kind: str) -> str:
    first = kind.partition("/")[0]
    return _(_KINDS[first]) if first in _KINDS else kind


def _distance(metres: float) -> str:
    return f"{format_number(metres)} m" if metres < 1000 else f"{format_number(metres / 1000, digits=1)} km"
