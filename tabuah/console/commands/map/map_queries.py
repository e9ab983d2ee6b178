"""`tabuah map near` and `tabuah map inside`: objects near a place, and objects and areas inside an area."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import click
import msgspec

from tabuah.console.commands.exercises.scope_options import ChosenWorlds, scope_options
from tabuah.console.commands.invocation import Invocation, print_facts, print_table, print_text
from tabuah.console.commands.map.area_options import ChosenArea, area_options
from tabuah.console.commands.map.maps import map_group
from tabuah.operations.exercises.scope import REAL_WORLD, SubjectWorld
from tabuah.resources.localisation import N_, _, format_number, ngettext
from tabuah.text.exercises.exercise_text import exercise_fields, exercises_by_id, scope_fields, scope_mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tabuah.gis.queries.area_summary import AreaSummary
    from tabuah.gis.queries.coverage import CoveredArea
    from tabuah.gis.queries.feature_index import IndexedFeature, NearbyFeature
    from tabuah.operations.exercises.exercise import Exercise
    from tabuah.operations.exercises.scope import ExerciseScope

_MAX_LISTED: Final = 30  # names in the printed list; JSON has all
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


class NearRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One object of `map near --json`; the bearing leads from the place to it, from true north."""

    kind: str
    id: str
    name: str
    distance_m: float
    bearing_deg: float
    lon_deg: float
    lat_deg: float
    exercise: str | None
    exercise_id: str | None


class NearAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of `map near --json`."""

    name: str
    lon_deg: float
    lat_deg: float
    things: tuple[NearRecord, ...]
    exercise: str | None
    exercise_id: str | None
    with_exercises: bool


class CoveredAreaRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A kecamatan or nagari in `map inside --json`.

    `share` and `covered_m2` are null where only a point is known.
    """

    code: str
    name: str
    kecamatan: str
    covered_m2: float | None
    share: float | None
    certainty: str


class InsideRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One object in `map inside --json`."""

    kind: str
    id: str
    name: str
    population: int | None
    exercise: str | None
    exercise_id: str | None


class InsideAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of `map inside --json`."""

    area_m2: float
    kecamatan: tuple[CoveredAreaRecord, ...]
    nagari: tuple[CoveredAreaRecord, ...]
    people: int
    people_places: int
    people_unknown: int
    people_estimated: bool
    roads_m: dict[str, float]
    counts: dict[str, int]
    things: tuple[InsideRecord, ...]
    exercise: str | None
    exercise_id: str | None
    with_exercises: bool


@map_group.command(
    "near",
    help=N_("List the nearest objects: facilities, settlements, stations, units, incidents, imported points."),
    context_settings={"ignore_unknown_options": True},
)
@click.argument("place", nargs=-1, required=True, metavar="PLACE|POSITION")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help=N_("Only this kind; repeatable."))
@click.option(
    "--within",
    "within_km",
    type=click.FloatRange(min=0, min_open=True),
    metavar="KM",
    help=N_("Maximum distance."),
)
@click.option("--limit", type=click.IntRange(1, 1000), default=10, metavar="N", help=N_("Maximum number of objects."))
@scope_options
@click.pass_obj
def near(
    call: Invocation,
    *,
    place: tuple[str, ...],
    kinds: tuple[str, ...],
    within_km: float | None,
    limit: int,
    worlds: ChosenWorlds,
) -> None:
    from tabuah.console.map.query_inputs import find_query_place, read_map_objects
    from tabuah.storage.cache.map.maps import load_maps

    maps = load_maps(call.data)
    query_place = find_query_place(" ".join(place), maps.gazetteer())
    scope, exercises = _read_worlds(call, worlds)
    things = read_map_objects(call.data, maps, scope)
    _check_kinds(kinds, {name for thing in things.all for name in _kind_names(thing.kind)})
    found = things.near(
        query_place.lon_deg,
        query_place.lat_deg,
        limit=limit,
        within_m=float("inf") if within_km is None else within_km * 1000,
        wanted=lambda thing: (
            bool(_kind_names(thing.kind) & set(kinds)) if kinds else not thing.kind.startswith("road/")
        ),
    )
    answer = NearAnswer(
        name=query_place.name,
        lon_deg=round(query_place.lon_deg, 7),
        lat_deg=round(query_place.lat_deg, 7),
        things=tuple(_make_near_record(one, exercises) for one in found),
        **scope_fields(scope, exercises),
    )
    call.show(answer, lambda: _print_near(answer))


def _kind_names(kind: str) -> set[str]:
    """Return the names of a kind for `--kind`: `road/main` is also a `road`."""
    return {kind, kind.partition("/")[0]}


def _check_kinds(kinds: Iterable[str], known: set[str]) -> None:
    """Raise a usage error for a kind that is not on the map."""
    for kind in kinds:
        if kind not in known:
            text = _("There is no {kind} on this map; kinds are: {known}")
            raise click.UsageError(text.format(kind=kind, known=", ".join(sorted(known)) or "-"))


@map_group.command("inside", help=N_("Show what an area contains: people, facilities, roads, kecamatan and nagari."))
@area_options
@scope_options
@click.pass_obj
def inside(call: Invocation, *, chosen: ChosenArea, worlds: ChosenWorlds) -> None:
    from tabuah.console.map.query_inputs import read_map_objects
    from tabuah.gis.queries.area_summary import summarise_area
    from tabuah.gis.queries.coverage import AdministrativeAreas
    from tabuah.storage.cache.map.maps import load_maps

    if not chosen.is_one:
        raise click.UsageError(_("Give one area: --area, --cap, --around or --in."))
    maps = load_maps(call.data)
    units = AdministrativeAreas(maps.base_map)
    shape = chosen.shape(maps)
    scope, exercises = _read_worlds(call, worlds)
    found = summarise_area(shape, read_map_objects(call.data, maps, scope))
    answer = _make_inside_answer(found, units.covered_by(shape), scope, exercises)
    call.show(answer, lambda: _print_inside(answer))


def _read_worlds(call: Invocation, worlds: ChosenWorlds) -> "tuple[ExerciseScope, Mapping[str, Exercise]]":
    """Return the chosen worlds, without opening the cache for a query of the map alone."""
    from tabuah.storage.cache.cache_session import CACHE_NAME

    if not worlds.is_given and not (call.data / CACHE_NAME).exists():
        return REAL_WORLD, {}
    with call.open_store() as store:
        return worlds.scope(store), exercises_by_id(store.exercises())


def _world_fields(one: "IndexedFeature", exercises: "Mapping[str, Exercise]") -> dict[str, str | None]:
    return exercise_fields(SubjectWorld(one.world is not None, one.world or ""), exercises)


def _make_near_record(one: "NearbyFeature", exercises: "Mapping[str, Exercise]") -> NearRecord:
    point = one.feature.shape.representative_point()
    return NearRecord(
        kind=one.feature.kind,
        id=one.feature.id,
        name=one.feature.name,
        distance_m=round(one.distance_m, 1),
        bearing_deg=round(one.bearing_deg, 1),
        lon_deg=round(point.x, 6),
        lat_deg=round(point.y, 6),
        **_world_fields(one.feature, exercises),
    )


def _make_inside_answer(
    found: "AreaSummary",
    covered: "tuple[CoveredArea, ...]",
    scope: "ExerciseScope",
    exercises: "Mapping[str, Exercise]",
) -> InsideAnswer:
    from tabuah.gis.places import PlaceKind

    return InsideAnswer(
        area_m2=round(found.area_m2, 1),
        kecamatan=tuple(_make_covered_record(unit) for unit in covered if unit.kind is PlaceKind.KECAMATAN),
        nagari=tuple(_make_covered_record(unit) for unit in covered if unit.kind is PlaceKind.NAGARI),
        people=found.people.counted,
        people_places=found.people.places,
        people_unknown=found.people.without_number,
        people_estimated=found.people.estimated,
        roads_m={kind: round(length_m, 1) for kind, length_m in found.roads_m.items()},
        counts=found.kinds,
        things=tuple(
            InsideRecord(kind=t.kind, id=t.id, name=t.name, population=t.population, **_world_fields(t, exercises))
            for t in found.features
        ),
        **scope_fields(scope, exercises),
    )


def _make_covered_record(unit: "CoveredArea") -> CoveredAreaRecord:
    return CoveredAreaRecord(
        code=unit.code,
        name=unit.name,
        kecamatan=unit.kecamatan,
        covered_m2=None if unit.covered_m2 is None else round(unit.covered_m2, 1),
        share=None if unit.share is None else round(unit.share, 4),
        certainty=unit.certainty.value,
    )


def _print_near(answer: NearAnswer) -> None:
    rows = [
        (
            _format_kind(one.kind),
            one.name or one.id,
            _format_distance(one.distance_m),
            f"{format_number(one.bearing_deg)}°",
            scope_mark(one.exercise),
        )
        for one in answer.things
    ]
    if rows:
        print_table([_("Kind"), _("Name"), _("Distance"), _("Bearing"), ""], rows)
    else:
        print_text(_("Nothing is near. For facilities, build a base map: tabuah map build"))


def _print_inside(answer: InsideAnswer) -> None:
    unknown = ngettext("{n} settlement without a number", "{n} settlements without a number", answer.people_unknown)
    people = format_number(answer.people) if answer.people_places else ""
    print_facts(
        [
            (_("Area"), f"{format_number(answer.area_m2 / 1e6, digits=2)} km²"),
            (_("Known population"), people),
            (_("Unknown"), unknown.format(n=format_number(answer.people_unknown)) if answer.people_unknown else ""),
            (_("Roads"), _format_distance(sum(answer.roads_m.values())) if answer.roads_m else ""),
            *((_format_kind(kind), format_number(count)) for kind, count in answer.counts.items()),
        ]
    )
    for heading, units in ((_("Kecamatan"), answer.kecamatan), (_("Nagari"), answer.nagari)):
        if units:
            print_text(f"{heading}: " + ", ".join(_format_area(unit) for unit in units))
    if any(unit.certainty == "approximate" for unit in (*answer.kecamatan, *answer.nagari)):
        print_text(_("* Estimated borders; nagari without a share are represented by a point only."))
    named = [_format_object(thing) for thing in answer.things if thing.name]
    for name in named[:_MAX_LISTED]:
        print_text(f"- {name}")
    if len(named) > _MAX_LISTED:
        print_text(_("… and {count} more.").format(count=format_number(len(named) - _MAX_LISTED)))


def _format_area(unit: CoveredAreaRecord) -> str:
    percent = 100 * (unit.share or 0.0)
    share = "" if unit.share is None else f" {format_number(percent) if percent >= 1 else '< 1'} %"
    return f"{unit.name}{share}{'*' if unit.certainty == 'approximate' else ''}"


def _format_object(thing: InsideRecord) -> str:
    """Return kind and name; the kind is left out where the name begins with it ("Puskesmas Talang")."""
    kind = _format_kind(thing.kind)
    name = thing.name if thing.name.casefold().startswith(kind.casefold()) else f"{kind} {thing.name}"
    return " · ".join(filter(None, (name, scope_mark(thing.exercise))))


def _format_kind(kind: str) -> str:
    first = kind.partition("/")[0]
    return _(_KINDS[first]) if first in _KINDS else kind


def _format_distance(metres: float) -> str:
    return f"{format_number(metres)} m" if metres < 1000 else f"{format_number(metres / 1000, digits=1)} km"
