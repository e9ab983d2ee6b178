"""When an earthquake or a warning is an alarm: rules as data, each with where its numbers come from."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.bulletins.bodies import FeltAt, WarningIssued
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.feeds.cap_values import CapCertainty, CapSeverity, CapUrgency
from tabuah.operations.levels import AlarmSeverity

RuleName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$")]
_PREFIXES: Final = ("kabupaten ", "kab. ", "kab ")


class EarthquakeRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Raised by an earthquake of at least `magnitude` within `within_km` of the regency's middle.

    With `felt_mmi` it must besides have been felt that strongly at a place of ours. What is not given does not count;
    a rule that asks for nothing never raises.
    """

    name: RuleName
    severity: AlarmSeverity
    magnitude: Annotated[float, Meta(ge=0, le=10)] = 0.0
    within_km: Annotated[float, Meta(gt=0, le=20_000)] | None = None
    felt_mmi: Annotated[int, Meta(ge=1, le=12)] | None = None
    source: str = ""

    def is_met(self, quake: KnownEarthquake, *, distance_km: float, felt_mmi: int | None) -> bool:
        """Whether the earthquake is one of those it means."""
        if not self.magnitude and self.within_km is None and self.felt_mmi is None:
            return False
        if quake.latest.magnitude < self.magnitude:
            return False
        if self.within_km is not None and distance_km > self.within_km:
            return False
        return self.felt_mmi is None or (felt_mmi is not None and felt_mmi >= self.felt_mmi)


class WarningRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Raised by a warning that touches the regency and has one of each of these; an empty list means any."""

    name: RuleName
    severity: AlarmSeverity
    severities: tuple[CapSeverity, ...] = ()
    urgencies: tuple[CapUrgency, ...] = ()
    certainties: tuple[CapCertainty, ...] = ()
    source: str = ""

    def is_met(self, issued: WarningIssued) -> bool:
        """Whether the warning is one of those it means."""
        asked = (
            (self.severities, issued.severity),
            (self.urgencies, issued.urgency),
            (self.certainties, issued.certainty),
        )
        return all(not wanted or found in wanted for wanted, found in asked)


_OWN_FIRST: Final = "Nilai awal Pusdalops; sesuaikan"
_SIG: Final = "SIG-BMKG (2016): III dirasakan nyata di dalam rumah, V dirasakan hampir semua orang"

DEFAULT_EARTHQUAKE_RULES: Final = (
    EarthquakeRule(name="gempa-dirasakan-kuat", severity=AlarmSeverity.CRITICAL, felt_mmi=5, source=_SIG),
    EarthquakeRule(
        name="gempa-kuat-dekat", severity=AlarmSeverity.CRITICAL, magnitude=6.0, within_km=150.0, source=_OWN_FIRST
    ),
    EarthquakeRule(name="gempa-dirasakan", severity=AlarmSeverity.HIGH, felt_mmi=3, source=_SIG),
    EarthquakeRule(
        name="gempa-dekat", severity=AlarmSeverity.HIGH, magnitude=5.0, within_km=100.0, source=_OWN_FIRST
    ),
    EarthquakeRule(
        name="gempa-lokal", severity=AlarmSeverity.ATTENTION, magnitude=4.0, within_km=50.0, source=_OWN_FIRST
    ),
)
DEFAULT_WARNING_RULES: Final = (
    WarningRule(
        name="peringatan-ekstrem",
        severity=AlarmSeverity.HIGH,
        severities=(CapSeverity.EXTREME, CapSeverity.SEVERE),
        source=_OWN_FIRST,
    ),
    WarningRule(
        name="peringatan-cuaca",
        severity=AlarmSeverity.ATTENTION,
        severities=(CapSeverity.MODERATE, CapSeverity.UNKNOWN),
        urgencies=(CapUrgency.IMMEDIATE, CapUrgency.EXPECTED, CapUrgency.UNKNOWN),
        source=_OWN_FIRST,
    ),
)


def felt_here(felt: Iterable[FeltAt], own_places: Sequence[str]) -> int | None:
    """The strongest intensity (MMI) told for a place of ours; None where none is named.

    "Solok" alone may mean the regency or the city within it, and counts: an alarm too many is answered in a second.
    "Kota Solok" and "Solok Selatan" are other governments and do not.
    """
    told = {_folded(each.place): each.mmi_high for each in sorted(felt, key=lambda f: f.mmi_high or 0)}
    ours = (told.get(_folded(place)) for place in own_places) if told else ()
    return max((mmi for mmi in ours if mmi is not None), default=None)


def worst(rules: Iterable[EarthquakeRule | WarningRule]) -> EarthquakeRule | WarningRule | None:
    """The most urgent of some rules; the first of equals."""
    return min(rules, key=lambda rule: rule.severity.rank, default=None)


def _folded(place: str) -> str:
    words = " ".join(place.casefold().split())
    for prefix in _PREFIXES:
        words = words.removeprefix(prefix)
    return words
