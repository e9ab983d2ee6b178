"""The impact of open incidents for the columns of exports, by the map layers of this console."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import structs

from tabuah.console.reports.incident_columns import ListedIncident
from tabuah.operations.impact_areas import ImpactArea, incident_impact_area
from tabuah.resources.fault_isolation import isolated

if TYPE_CHECKING:
    from tabuah.gis.queries.impact import AreaImpact

MOST_COMPUTED: Final = 500  # incidents of one file: each reads the map around it


def add_impact(directory: Path, items: Iterable[ListedIncident]) -> list[ListedIncident]:
    """Return the items with the impact of the open incidents that have a place, at most `MOST_COMPUTED` of them.

    An impact is about people who may be in danger now, so incidents that have ended have none. Incidents with one
    area are computed once.
    """
    from tabuah.storage.cache.map.impact_layers import ImpactReader  # noqa: PLC0415 - loads the geometry library

    reader = ImpactReader(directory)
    known: dict[ImpactArea, Mapping[str, int]] = {}
    found = []
    for item in items:
        area = incident_impact_area(item.incident) if item.incident.is_open else None
        if area is not None and area not in known and len(known) < MOST_COMPUTED:
            known[area] = {}
            with isolated("impact", item.incident.number, catch=(Exception,)):
                known[area] = impact_amounts(reader.read(area.shape()))
        found.append(structs.replace(item, impact=known[area]) if area in known else item)
    return found


def impact_amounts(impact: "AreaImpact") -> dict[str, int]:
    """Return the known figures, rounded; kinds without a layer are left out."""
    return {each.kind.value: round(each.amount) for each in impact.figures if each.amount is not None}
