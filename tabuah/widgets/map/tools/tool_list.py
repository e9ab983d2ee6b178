"""Tool list: name, icon and key of each tool, for buttons, menus, shortcuts and tool plate."""

from typing import Final

import msgspec

from tabuah.resources.localisation import N_


class ToolEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A tool; `label` and `short` are marked for translation. Tools of a group share a button."""

    code: str
    group: str
    label: str
    short: str
    icon: str
    key: str  # in Qt's portable key format


ENTRIES: Final = (
    ToolEntry(code="zoom", group="zoom", label=N_("Zoom to a box"), short=N_("Zoom"), icon="zoom-box", key="Z"),
    ToolEntry(code="distance", group="measure", label=N_("Measure a distance"), short=N_("Distance"),
              icon="measure", key="U"),
    ToolEntry(code="measure_area", group="measure", label=N_("Measure an area"), short=N_("Area"),
              icon="measure", key="Shift+U"),
    ToolEntry(code="sector", group="sector", label=N_("Draw a sector or a circle"), short=N_("Sector"),
              icon="sector", key="V"),
    ToolEntry(code="draw_polygon", group="draw", label=N_("Draw a polygon"), short=N_("Polygon"),
              icon="draw", key="O"),
    ToolEntry(code="draw_line", group="draw", label=N_("Draw a line"), short=N_("Line"), icon="draw", key="Shift+O"),
    ToolEntry(code="draw_point", group="draw", label=N_("Draw a point"), short=N_("Point"), icon="draw", key="X"),
    ToolEntry(code="select_box", group="select", label=N_("Select by a box"), short=N_("Box"),
              icon="select", key="S"),
    ToolEntry(code="select_polygon", group="select", label=N_("Select by a polygon"), short=N_("Polygon"),
              icon="select", key="Shift+S"),
    ToolEntry(code="identify", group="identify", label=N_("What lies here?"), short=N_("What lies here?"),
              icon="identify", key="Q"),
)  # fmt: skip

BY_CODE: Final = {entry.code: entry for entry in ENTRIES}
GROUPS: Final = tuple(dict.fromkeys(entry.group for entry in ENTRIES))


def entries_of(group: str) -> tuple[ToolEntry, ...]:
    """Return the tools that share a button; the first one is the default."""
    return tuple(entry for entry in ENTRIES if entry.group == group)
