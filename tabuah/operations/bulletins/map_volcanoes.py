"""Volcanoes of the map, and statements of their level."""

from datetime import datetime

from tabuah.gis.base_map import BaseMap, Feature
from tabuah.gis.reference_systems import from_mercator
from tabuah.operations.bulletins.entry_bodies import VolcanoLevelled
from tabuah.operations.errors import NotPossible
from tabuah.operations.levels import VolcanoLevel


def volcanoes_of(base_map: BaseMap) -> tuple[Feature, ...]:
    """Return the map's volcanoes; their code is the number in Volcanoes of the World."""
    return next((layer.features for layer in base_map.layers if layer.name == "volcanoes"), ())


def volcano_statement(
    base_map: BaseMap, volcano_id: str, level: VolcanoLevel, *, source: str, stated_at: datetime, note: str = ""
) -> VolcanoLevelled:
    """Return a level statement with the volcano's name and position from the map.

    Raises:
        NotPossible: the map has no such volcano.
    """
    found = next((volcano for volcano in volcanoes_of(base_map) if volcano.code == volcano_id), None)
    if found is None:
        known = ", ".join(f"{volcano.code} {volcano.name}" for volcano in volcanoes_of(base_map))
        raise NotPossible("unknown_volcano", id=volcano_id, known=known)
    lon_deg, lat_deg = from_mercator(*found.label_m)
    return VolcanoLevelled(
        name=found.name,
        level=level,
        source=source.strip(),
        stated_at=stated_at,
        lon_deg=round(lon_deg, 5),
        lat_deg=round(lat_deg, 5),
        note=note.strip(),
    )
