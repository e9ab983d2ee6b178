"""`tabuah unit coverage`: the kecamatan without a ready unit, now or without some units."""

import click
import msgspec

from tabuah.console.commands.exercises.scope_options import ChosenWorlds, scope_options
from tabuah.console.commands.invocation import Invocation, print_table, print_text
from tabuah.console.commands.units.units import unit_group
from tabuah.console.units.known_units import read_known_units
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.units.coverage import KindCoverage, unit_coverage
from tabuah.operations.units.unit import UnitKind
from tabuah.resources.localisation import N_, _
from tabuah.storage.cache.errors import UnknownKey
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercises_by_id, scope_fields
from tabuah.text.units.coverage_text import describe_gaps, describe_requirement


class GapRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A kecamatan without a ready unit; `nearest_m` is null where no unit of the kind is ready anywhere."""

    code: str
    name: str
    nearest_m: float | None


class KindCoverageRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of unit; `within_km` is null where a unit must be in the kecamatan."""

    kind: UnitKind
    within_km: float | None
    units: int
    ready: int
    without_position: int
    gaps: tuple[GapRecord, ...]


class CoverageRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of `unit coverage --json`."""

    kinds: tuple[KindCoverageRecord, ...]
    exercise: str | None
    exercise_id: str | None
    with_exercises: bool


@unit_group.command("coverage", help=N_("List the kecamatan without a ready unit of the kinds in the profile."))
@click.option(
    "--without", "without", multiple=True, metavar="UNIT", help=N_("As if this unit were not ready; repeatable.")
)
@scope_options
@click.pass_obj
def coverage(call: Invocation, *, without: tuple[str, ...], worlds: ChosenWorlds) -> None:
    from tabuah.storage.cache.map.maps import load_maps

    with call.open_store() as store:
        scope, exercises = worlds.scope(store), exercises_by_id(store.exercises())
        known = read_known_units(store, scope=scope)
    gone = {name.strip().casefold() for name in without}
    codes = {plain_code(each.unit.id).casefold() for each in known}
    if unknown := sorted(gone - codes):
        raise UnknownKey(_("There is no unit {unit}. See: tabuah unit list").format(unit=", ".join(unknown)))
    gazetteer = load_maps(call.data).gazetteer()
    left = [each for each in known if plain_code(each.unit.id).casefold() not in gone]
    found = unit_coverage(left, gazetteer.all_kecamatan, kecamatan_at=gazetteer.kecamatan_code_at)
    record = CoverageRecord(kinds=tuple(map(_make_record, found)), **scope_fields(scope, exercises))
    call.show(record, lambda: _print_coverage(found))


def _make_record(found: KindCoverage) -> KindCoverageRecord:
    return KindCoverageRecord(
        kind=found.kind,
        within_km=None if found.within_m is None else found.within_m / 1000,
        units=found.units,
        ready=found.ready,
        without_position=found.without_position,
        gaps=tuple(
            GapRecord(
                code=gap.kecamatan.code,
                name=gap.kecamatan.name,
                nearest_m=None if gap.nearest_m is None else round(gap.nearest_m, 1),
            )
            for gap in found.gaps
        ),
    )


def _print_coverage(found: tuple[KindCoverage, ...]) -> None:
    if not found:
        print_text(_("The profile requires no coverage. Write [[unit_coverage]] into regency.toml."))
        return
    rows = [
        (
            code_label(each.kind),
            describe_requirement(each),
            f"{each.ready}/{each.units}",
            str(each.without_position or ""),
            describe_gaps(each) or _("all covered"),
        )
        for each in found
    ]
    print_table([_("Kind"), _("Required"), _("Ready"), _("Without position"), _("Not covered (straight line)")], rows)
