"""Coverage: the kecamatan without a ready unit of each kind that the profile requires."""

from collections.abc import Callable, Collection, Iterable, Sequence

import msgspec
import numpy as np

from tabuah.gis.geodesy import distances_m
from tabuah.gis.places import Kecamatan
from tabuah.operations.units.known_units import KnownUnit
from tabuah.operations.units.positions import UnitPosition
from tabuah.operations.units.unit import UnitKind, UnitState
from tabuah.resources.regency import current_regency
from tabuah.resources.regency_profile import UnitCoverageSettings

KecamatanAt = Callable[[float, float], str]  # the code of the kecamatan at a longitude and latitude, or empty


class CoverageGap(msgspec.Struct, frozen=True, kw_only=True):
    """A kecamatan without a ready unit; `nearest_m` is the straight distance of the nearest one, None without any."""

    kecamatan: Kecamatan
    nearest_m: float | None


class KindCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """The coverage of one kind of unit.

    Attributes:
        kind: the kind.
        within_m: a unit this near to the centre of a kecamatan covers it; None if it must be inside.
        units, ready: the number in service, and of those the ready ones.
        without_position: ready ones that cover nothing, because their position is not known.
        gaps: the kecamatan that are not covered, in the order given.
    """

    kind: UnitKind
    within_m: float | None
    units: int
    ready: int
    without_position: int
    gaps: tuple[CoverageGap, ...]

    @property
    def is_kept(self) -> bool:
        """Whether the office has units of this kind at all; without any, nothing can be lost."""
        return self.units > 0


def unit_coverage(
    units: Iterable[KnownUnit], districts: Sequence[Kecamatan], *, kecamatan_at: KecamatanAt
) -> tuple[KindCoverage, ...]:
    """Return the coverage of each kind that the profile requires, in its order; unknown kinds are left out.

    Args:
        units: the units in service of one world.
        districts: all kecamatan, with their centres.
        kecamatan_at: finds the kecamatan of a position.
    """
    known = tuple(units)
    rules = [rule for rule in current_regency().unit_coverage if rule.kind in list(UnitKind)]
    return tuple(_coverage_of(rule, known, districts, kecamatan_at) for rule in rules)


def lost_coverage(
    units: Iterable[KnownUnit],
    taken: Collection[str],
    districts: Sequence[Kecamatan],
    *,
    kecamatan_at: KecamatanAt,
) -> tuple[KindCoverage, ...]:
    """Return the kinds and kecamatan that are covered now and would not be without some units, by their ids."""
    known = tuple(units)
    if not any(each.unit.id in taken for each in known):
        return ()
    before = unit_coverage(known, districts, kecamatan_at=kecamatan_at)
    left = [each for each in known if each.unit.id not in taken]
    lost = []
    for then, now in zip(before, unit_coverage(left, districts, kecamatan_at=kecamatan_at), strict=True):
        open_before = {gap.kecamatan.code for gap in then.gaps}
        gaps = tuple(gap for gap in now.gaps if gap.kecamatan.code not in open_before)
        if gaps:
            lost.append(_with_gaps(then, gaps))
    return tuple(lost)


def _with_gaps(coverage: KindCoverage, gaps: tuple[CoverageGap, ...]) -> KindCoverage:
    return KindCoverage(
        kind=coverage.kind,
        within_m=coverage.within_m,
        units=coverage.units,
        ready=coverage.ready,
        without_position=coverage.without_position,
        gaps=gaps,
    )


def _coverage_of(
    rule: UnitCoverageSettings, units: Sequence[KnownUnit], districts: Sequence[Kecamatan], kecamatan_at: KecamatanAt
) -> KindCoverage:
    kind = UnitKind(rule.kind)
    own = [each for each in units if each.unit.kind is kind and not each.unit.retired]
    ready = [each for each in own if each.activity.state is UnitState.AVAILABLE]
    places = [each.position for each in ready if each.position is not None]
    within_m = None if rule.within_km is None else rule.within_km * 1000
    inside = {kecamatan_at(place.lon_deg, place.lat_deg) for place in places}
    gaps = (_gap(district, places, within_m) for district in districts if district.code not in inside)
    return KindCoverage(
        kind=kind,
        within_m=within_m,
        units=len(own),
        ready=len(ready),
        without_position=len(ready) - len(places),
        gaps=tuple(gap for gap in gaps if gap is not None),
    )


def _gap(district: Kecamatan, places: Sequence[UnitPosition], within_m: float | None) -> CoverageGap | None:
    """Return the gap of a kecamatan without a unit inside; None if one is near enough."""
    if not places:
        return CoverageGap(kecamatan=district, nearest_m=None)
    lons, lats = np.array([(place.lon_deg, place.lat_deg) for place in places]).T
    nearest_m = float(distances_m(district.lon_deg, district.lat_deg, to_lon_deg=lons, to_lat_deg=lats).min())
    if within_m is not None and nearest_m <= within_m:
        return None
    return CoverageGap(kecamatan=district, nearest_m=nearest_m)
