"""Bulletin rules: when an earthquake, a warning or a volcano level raises an alarm, and the default ones.

Sources:
    Felt: SIG-BMKG (2016).
    Magnitude and distance, weather: no official number exists for Kabupaten Solok; initial values.
    Volcano: levels of PVMBG (Permen ESDM 15/2011). Gunung Talang has been at level II for years:
        raising to II is worth attention; III and IV mean danger to people.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.bounds import LARGEST_COUNT, LabelText, bounded
from tabuah.operations.bulletins.bulletin import KnownEarthquake
from tabuah.operations.bulletins.entry_bodies import FeltAt, WarningIssued
from tabuah.operations.codes import Hazard
from tabuah.operations.feeds.cap_alert import CapCertainty, CapSeverity, CapUrgency
from tabuah.operations.levels import AlarmSeverity, VolcanoLevel

_PREFIXES: Final = ("kabupaten ", "kab. ", "kab ")


class EarthquakeCondition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="earthquake"):
    """Met by an earthquake of at least `magnitude` within `within_km` of the regency's centre.

    With `felt_mmi` it must also have been felt that strongly in the regency. Criteria that are
    not given are ignored; a condition without any is never met.
    """

    magnitude: Annotated[float, Meta(ge=0, le=10)] = 0.0
    within_km: Annotated[float, Meta(gt=0, le=20_000)] | None = None
    felt_mmi: Annotated[int, Meta(ge=1, le=12)] | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether no criterion is given."""
        return not self.magnitude and self.within_km is None and self.felt_mmi is None

    def is_met(self, quake: KnownEarthquake, *, distance_km: float, felt_mmi: int | None) -> bool:
        if self.is_empty or quake.latest.magnitude < self.magnitude:
            return False
        if self.within_km is not None and distance_km > self.within_km:
            return False
        return self.felt_mmi is None or (felt_mmi is not None and felt_mmi >= self.felt_mmi)


class WarningCondition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="warning"):
    """Met by a warning that touches the regency and matches each list; an empty list means any."""

    severities: Annotated[tuple[CapSeverity, ...], bounded(max_length=50)] = ()
    urgencies: Annotated[tuple[CapUrgency, ...], bounded(max_length=50)] = ()
    certainties: Annotated[tuple[CapCertainty, ...], bounded(max_length=50)] = ()

    def is_met(self, issued: WarningIssued) -> bool:
        asked = (
            (self.severities, issued.severity),
            (self.urgencies, issued.urgency),
            (self.certainties, issued.certainty),
        )
        return all(not wanted or found in wanted for wanted, found in asked)


class VolcanoCondition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="volcano"):
    """Met by a volcano whose level was raised and is `level` or higher."""

    level: VolcanoLevel

    def is_met(self, level: VolcanoLevel) -> bool:
        return level.rank >= self.level.rank


BulletinCondition = EarthquakeCondition | WarningCondition | VolcanoCondition
_HAZARDS: Final[dict[type[BulletinCondition], Hazard]] = {
    EarthquakeCondition: Hazard.EARTHQUAKE,
    WarningCondition: Hazard.EXTREME_WEATHER,
    VolcanoCondition: Hazard.VOLCANO,
}


class BulletinRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="bulletin_rule"):
    """One rule about bulletins; of several that match, the most severe raises the alarm."""

    id: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$"), bounded(max_length=61)]
    name: LabelText
    condition: BulletinCondition
    severity: AlarmSeverity
    source: LabelText = ""  # source of its numbers
    active: bool = True
    version: Annotated[int, bounded(ge=0, le=LARGEST_COUNT)] = 1

    @property
    def hazard(self) -> Hazard:
        """Return the hazard of an incident made from its alarm."""
        return _HAZARDS[type(self.condition)]


def active_rules(rules: Iterable[BulletinRule]) -> tuple[BulletinRule, ...]:
    """Return the active rules, most severe first, then by id, so that the order is the same everywhere."""
    return tuple(sorted((rule for rule in rules if rule.active), key=lambda rule: (rule.severity.rank, rule.id)))


def local_intensity(felt: Iterable[FeltAt], own_places: Sequence[str]) -> int | None:
    """Return the highest intensity (MMI) at a place in the regency; None if none is named.

    The short name ("Solok") may mean the regency or a city and counts: one alarm too many is quickly answered.
    Names that only contain it ("Kota Solok", "Solok Selatan") are other governments and do not count.
    """
    intensities = {_folded(each.place): each.mmi_high for each in sorted(felt, key=lambda f: f.mmi_high or 0)}
    ours = (intensities.get(_folded(place)) for place in own_places) if intensities else ()
    return max((mmi for mmi in ours if mmi is not None), default=None)


def _folded(place: str) -> str:
    words = " ".join(place.casefold().split())
    for prefix in _PREFIXES:
        words = words.removeprefix(prefix)
    return words


_OWN_FIRST: Final = "Nilai awal Pusdalops; sesuaikan"
_SIG: Final = "SIG-BMKG (2016): III dirasakan nyata di dalam rumah, V dirasakan hampir semua orang"
_PVMBG: Final = "Tingkat aktivitas PVMBG, Permen ESDM 15/2011"

_CRITICAL, _HIGH, _ATTENTION = AlarmSeverity.CRITICAL, AlarmSeverity.HIGH, AlarmSeverity.ATTENTION


def default_bulletin_rules() -> tuple[BulletinRule, ...]:
    """Return all default rules, most severe first in each group."""
    return (*default_earthquake_rules(), *default_warning_rules(), *default_volcano_rules())


def default_earthquake_rules() -> tuple[BulletinRule, ...]:
    """Return rules for felt earthquakes, and for strong ones nearby."""
    return (
        _rule("gempa-dirasakan-kuat", "Gempa dirasakan kuat", EarthquakeCondition(felt_mmi=5), _CRITICAL, _SIG),
        _rule(
            "gempa-kuat-dekat",
            "Gempa kuat di dekat kabupaten",
            EarthquakeCondition(magnitude=6.0, within_km=150.0),
            _CRITICAL,
        ),
        _rule("gempa-dirasakan", "Gempa dirasakan", EarthquakeCondition(felt_mmi=3), _HIGH, _SIG),
        _rule("gempa-dekat", "Gempa di dekat kabupaten", EarthquakeCondition(magnitude=5.0, within_km=100.0), _HIGH),
        _rule("gempa-lokal", "Gempa lokal", EarthquakeCondition(magnitude=4.0, within_km=50.0), _ATTENTION),
    )


def default_warning_rules() -> tuple[BulletinRule, ...]:
    """Return one rule for extreme and severe warnings, and one for moderate and unrated ones."""
    usual = WarningCondition(
        severities=(CapSeverity.MODERATE, CapSeverity.UNKNOWN),
        urgencies=(CapUrgency.IMMEDIATE, CapUrgency.EXPECTED, CapUrgency.UNKNOWN),
    )
    worst = WarningCondition(severities=(CapSeverity.EXTREME, CapSeverity.SEVERE))
    return (
        _rule("peringatan-ekstrem", "Peringatan cuaca ekstrem", worst, _HIGH),
        _rule("peringatan-cuaca", "Peringatan dini cuaca", usual, _ATTENTION),
    )


def default_volcano_rules() -> tuple[BulletinRule, ...]:
    """Return one rule for each level above normal."""
    return (
        _rule("gunung-api-awas", "Gunung api Awas", VolcanoCondition(level=VolcanoLevel.AWAS), _CRITICAL, _PVMBG),
        _rule("gunung-api-siaga", "Gunung api Siaga", VolcanoCondition(level=VolcanoLevel.SIAGA), _HIGH, _PVMBG),
        _rule(
            "gunung-api-waspada",
            "Gunung api Waspada",
            VolcanoCondition(level=VolcanoLevel.WASPADA),
            _ATTENTION,
            _PVMBG,
        ),
    )


def _rule(
    rule_id: str, name: str, condition: BulletinCondition, severity: AlarmSeverity, source: str = _OWN_FIRST
) -> BulletinRule:
    return BulletinRule(id=rule_id, name=name, condition=condition, severity=severity, source=source)
