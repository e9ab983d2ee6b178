"""Display values of the unit list."""

import msgspec

from tabuah.operations.exercises.scope import plain_code
from tabuah.widgets.values import Level


class UnitItem(msgspec.Struct, frozen=True, kw_only=True):
    """A unit; `level` gives its mark: ready, busy or unavailable."""

    id: str
    name: str
    opd: str
    level: Level
    state: str  # such as "Menuju lokasi · SLK-7K3A-0012"
    place: str  # such as "GPS, 40 dtk lalu"
    old: bool = False  # the position is outdated
    distance: str = ""  # from the selected incident, such as "3,2 km"
    warning: str = ""  # such as "dikirim ke dua tempat"
    check_in: str = ""  # when the crew must check in, such as "lapor sebelum 14.30"
    overdue: bool = False  # the check-in is
    help: str = ""  # such as "MINTA PERTOLONGAN"
    exercise: str = ""  # mark of its exercise; empty in the real world

    @property
    def call_sign(self) -> str:
        """Return the call sign as people know it, without the exercise."""
        return plain_code(self.id)


class UnitsContent(msgspec.Struct, frozen=True, kw_only=True):
    """All units in display order; `nearest_to` is the number of the incident that distances are measured from.

    With `grouped` the units of an OPD are consecutive, under its heading.
    """

    units: tuple[UnitItem, ...] = ()
    grouped: bool = True
    nearest_to: str = ""
    summary: str = ""
    notice: str = ""  # such as the kecamatan without a ready unit
