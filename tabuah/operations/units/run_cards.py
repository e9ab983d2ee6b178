"""Run cards: the kinds and numbers of units that the profile sends to a hazard, and suitable units for them."""

from collections.abc import Iterable, Sequence

import msgspec

from tabuah.operations.codes import Severity
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.scope import plain
from tabuah.operations.units.known_units import KnownUnit, UnitDistance, is_assigned, sort_by_distance
from tabuah.operations.units.travel_distance import RoadDistances
from tabuah.operations.units.unit import UnitKind, UnitState
from tabuah.resources.regency import current_regency
from tabuah.resources.regency_profile import RunCardSettings, RunCardUnits


class UnitNeed(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a run card for an incident.

    Attributes:
        kind, opd: of the units; an empty OPD is any.
        wanted: the number of units on the card.
        assigned: those of them that are assigned already.
        units: the nearest ready ones that are suggested for the rest; without distances where a place is missing.
    """

    kind: UnitKind
    opd: str
    wanted: int
    assigned: int
    units: tuple[UnitDistance, ...]

    @property
    def missing(self) -> int:
        """The number of units for which no ready one is known."""
        return max(0, self.wanted - self.assigned - len(self.units))


def run_card_of(incident: Incident) -> RunCardSettings | None:
    """Return the run card of a hazard: of those up to the severity of the incident, the most severe one."""
    cards = [
        card
        for card in current_regency().run_cards
        if card.hazard == incident.hazard.value and _rank(card) <= incident.severity.rank
    ]
    return max(cards, key=_rank, default=None)


def suggest_units(
    incident: Incident, units: Iterable[KnownUnit], *, roads: RoadDistances | None = None
) -> tuple[UnitNeed, ...]:
    """Return what the run card of an incident needs, with the nearest ready units; empty without a card.

    Distances are by road where `roads` measures them, and otherwise straight lines. No unit is suggested twice.
    """
    card, known = run_card_of(incident), tuple(units)
    ordered = _by_distance(incident, known, roads) if card is not None else ()
    taken: set[str] = set()
    needs = []
    for line in card.units if card is not None else ():
        suitable = [each for each in known if _suits(each, line) and each.unit.id not in taken]
        assigned = [each for each in suitable if is_assigned(each.unit, incident.assignment)]
        ready = [each for each in suitable if each.activity.state is UnitState.AVAILABLE and each not in assigned]
        ready_ids = {each.unit.id for each in ready}
        nearest = [each for each in ordered if each.known.unit.id in ready_ids]
        chosen = tuple(nearest[: max(0, line.count - len(assigned))])
        taken |= {each.known.unit.id for each in chosen} | {each.unit.id for each in assigned[: line.count]}
        needs.append(
            UnitNeed(
                kind=UnitKind(line.kind),
                opd=line.opd,
                wanted=line.count,
                assigned=min(len(assigned), line.count),
                units=chosen,
            )
        )
    return tuple(needs)


def _by_distance(
    incident: Incident, units: Sequence[KnownUnit], roads: RoadDistances | None
) -> tuple[UnitDistance, ...]:
    if incident.place is not None:
        return sort_by_distance(units, incident.place.lon_deg, incident.place.lat_deg, roads=roads)
    return tuple(UnitDistance(known=unit) for unit in sorted(units, key=lambda each: each.unit.id))


def _suits(known: KnownUnit, line: RunCardUnits) -> bool:
    return known.unit.kind.value == line.kind and (not plain(line.opd) or plain(line.opd) == plain(known.unit.opd))


def _rank(card: RunCardSettings) -> int:
    return Severity(card.severity).rank if card.severity in list(Severity) else len(Severity)
