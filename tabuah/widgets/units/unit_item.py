"""One unit as the list shows it: translated, formatted, frozen."""

from dataclasses import dataclass

from tabuah.widgets.values import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitItem:
    """A unit; `level` gives its mark: ready, busy or not to be had."""

    id: str
    name: str
    opd: str
    level: Level
    state: str  # such as "Menuju lokasi · SLK-7K3A-0012"
    place: str  # such as "GPS, 40 dtk lalu"
    old: bool = False  # nobody knows whether it is still there
    distance: str = ""  # to the incident that is looked at, such as "3,2 km"
    warning: str = ""  # such as "dikirim ke dua tempat"
    exercise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsContent:
    """All units in the order of the list; `nearest_to` is the number of the incident that distances are from.

    With `grouped` an OPD's units follow each other and stand under its name.
    """

    units: tuple[UnitItem, ...] = ()
    grouped: bool = True
    nearest_to: str = ""
    summary: str = ""
