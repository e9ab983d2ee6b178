"""When an earthquake, a warning or a volcano's level is an alarm: rules as data, and where each is from."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.bulletins.bodies import FeltAt, WarningIssued
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.codes import Hazard
from tabuah.operations.feeds.cap_values import CapCertainty, CapSeverity, CapUrgency
from tabuah.operations.levels import AlarmSeverity, VolcanoLevel

_PREFIXES: Final = ("kabupaten ", "kab. ", "kab ")


class Shaking(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="earthquake"):
    """Met by an earthquake of at least `magnitude` within `within_km` of the regency's middle.

    With `felt_mmi` it must besides have been felt that strongly at a place of ours. What is not given does not count;
    a condition that asks for nothing is never met.
    """

    magnitude: Annotated[float, Meta(ge=0, le=10)] = 0.0
    within_km: Annotated[float, Meta(gt=0, le=20_000)] | None = None
    felt_mmi: Annotated[int, Meta(ge=1, le=12)] | None = None

    @property
    def asks_for_nothing(self) -> bool:
        """Whether it says nothing at all."""
        return not self.magnitude and self.within_km is None and self.felt_mmi is None

    def is_met(self, quake: KnownEarthquake, *, distance_km: float, felt_mmi: int | None) -> bool:
        """Whether the earthquake is one of those it means."""
        if self.asks_for_nothing or quake.latest.magnitude < self.magnitude:
            return False
        if self.within_km is not None and distance_km > self.within_km:
            return False
        return self.felt_mmi is None or (felt_mmi is not None and felt_mmi >= self.felt_mmi)


class Warned(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="warning"):
    """Met by a warning that touches the regency and has one of each of these; an empty list means any."""

    severities: tuple[CapSeverity, ...] = ()
    urgencies: tuple[CapUrgency, ...] = ()
    certainties: tuple[CapCertainty, ...] = ()

    def is_met(self, issued: WarningIssued) -> bool:
        """Whether the warning is one of those it means."""
        asked = (
            (self.severities, issued.severity),
            (self.urgencies, issued.urgency),
            (self.certainties, issued.certainty),
        )
        return all(not wanted or found in wanted for wanted, found in asked)


class Restless(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="volcano"):
    """Met by a volcano whose level was raised and is `level` or worse now."""

    level: VolcanoLevel

    def is_met(self, level: VolcanoLevel) -> bool:
        """Whether a level is one of those it means."""
        return level.rank >= self.level.rank


BulletinCondition = Shaking | Warned | Restless
_HAZARDS: Final[dict[type[BulletinCondition], Hazard]] = {
    Shaking: Hazard.EARTHQUAKE,
    Warned: Hazard.EXTREME_WEATHER,
    Restless: Hazard.VOLCANO,
}


class BulletinRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="bulletin_rule"):
    """One rule about what agencies tell; of several that mean the same thing the worst speaks."""

    id: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$")]
    name: str
    condition: BulletinCondition
    severity: AlarmSeverity
    source: str = ""  # where its numbers come from
    active: bool = True
    version: int = 1

    @property
    def hazard(self) -> Hazard:
        """What an incident made of its alarm will be."""
        return _HAZARDS[type(self.condition)]


def in_force(rules: Iterable[BulletinRule]) -> tuple[BulletinRule, ...]:
    """Those that raise, the worst first; of equals the first by id, so that every machine asks in the same order."""
    return tuple(sorted((rule for rule in rules if rule.active), key=lambda rule: (rule.severity.rank, rule.id)))


def felt_here(felt: Iterable[FeltAt], own_places: Sequence[str]) -> int | None:
    """The strongest intensity (MMI) told for a place of ours; None where none is named.

    "Solok" alone may mean the regency or the city within it, and counts: an alarm too many is answered in a second.
    "Kota Solok" and "Solok Selatan" are other governments and do not.
    """
    told = {_folded(each.place): each.mmi_high for each in sorted(felt, key=lambda f: f.mmi_high or 0)}
    ours = (told.get(_folded(place)) for place in own_places) if told else ()
    return max((mmi for mmi in ours if mmi is not None), default=None)


def _folded(place: str) -> str:
    words = " ".join(place.casefold().split())
    for prefix in _PREFIXES:
        words = words.removeprefix(prefix)
    return words
