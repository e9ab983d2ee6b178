"""The units as a list model: a heading for each OPD, below it its units."""

from tabuah.resources.catalogue import _
from tabuah.widgets.headed_model import HeadedModel, Heading
from tabuah.widgets.units.unit_item import UnitItem, UnitsContent

Row = Heading | UnitItem


def unit_rows(content: UnitsContent) -> list[Row]:
    """Headings and units."""
    if not content.grouped:
        return list(content.units)
    by_opd: dict[str, list[UnitItem]] = {}
    for unit in content.units:
        by_opd.setdefault(unit.opd, []).append(unit)
    rows: list[Row] = []
    for opd, units in by_opd.items():
        rows += [Heading(opd, len(units)), *units]
    return rows


class UnitModel(HeadedModel[UnitItem]):
    """Rows of the list."""

    def __init__(self) -> None:
        super().__init__(_spoken)


def _spoken(unit: UnitItem) -> str:
    exercise = _("Exercise") if unit.exercise else ""
    parts = (unit.id, unit.name, unit.state, unit.distance, unit.place, unit.warning, exercise)
    return ", ".join(part for part in parts if part)
