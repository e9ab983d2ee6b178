"""Fields of the sample reports that depend on the regency: its places, rivers, levels and units."""

from typing import Final

from tabuah.console.simulator.scenario_places import placed_river, placed_unit
from tabuah.gis.places import Nagari
from tabuah.operations.simulation.fleet import STORM_DRIVERS
from tabuah.operations.units.unit import UnitKind
from tabuah.resources.regency import current_regency, shipped_regency

_RIVER: Final = "Batang Lembang"
_UPPER_RIVER: Final = "Batang Aia Koto Anau"
_FIRE_UNIT: Final = next(driver.name for driver in STORM_DRIVERS if driver.kind is UnitKind.FIRE)


def sample_text(text: str, *, nagari: Nagari | None = None) -> str:
    """Return a text of the sample with the words of the regency in use.

    Args:
        text: may have the fields {place}, {kecamatan}, {river}, {upper_river}, {hamlet}, {village}, {village_head},
            {flash_flood} and {fire_unit}.
        nagari: the village of the report.
    """
    regency = current_regency()
    levels = regency.levels
    return text.format(
        place=nagari.name if nagari else "",
        kecamatan=nagari.kecamatan_name if nagari else "",
        river=placed_river(_RIVER),
        upper_river=placed_river(_UPPER_RIVER),
        hamlet=levels.hamlet.lower(),
        village=levels.village.lower(),
        village_head=levels.village_head,
        flash_flood="Galodo" if regency == shipped_regency() else "Banjir bandang",
        fire_unit=placed_unit(_FIRE_UNIT),
    )
