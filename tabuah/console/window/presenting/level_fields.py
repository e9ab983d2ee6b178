"""The fields in which the level of a volcano is stated."""

from tabuah.console.window.presenting.forms import SOURCE, TIME
from tabuah.operations.bulletins.volcano import Volcano
from tabuah.operations.levels import VolcanoLevel
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_moment
from tabuah.widgets.forms.edit_form import EditField
from tabuah.widgets.values import Choice, Level

LEVEL = "level"
NOTE = "note"

LEVEL_OF_VOLCANO = {
    VolcanoLevel.NORMAL: Level.NORMAL,
    VolcanoLevel.WASPADA: Level.ATTENTION,
    VolcanoLevel.SIAGA: Level.HIGH,
    VolcanoLevel.AWAS: Level.CRITICAL,
}


def level_fields(known: Volcano | None, *, source: str) -> tuple[EditField, ...]:
    """Level, source, time and what else was said; the words of the levels are PVMBG's in every language."""
    choices = tuple(
        Choice(code=level.value, label=f"{level.value} {level.name.capitalize()}", key=str(rank), level=shown)
        for rank, (level, shown) in enumerate(LEVEL_OF_VOLCANO.items(), start=1)
    )
    stands = _("Nothing was stated before.")
    if known is not None:
        moment = format_moment(known.current.stated_at)
        stands = _("Before: level {level}, {moment}").format(level=known.level.value, moment=moment)
    return (
        EditField(code=LEVEL, label=_("Level that PVMBG states"), value="", choices=choices, hint=stands),
        EditField(code=SOURCE, label=_("Where it was read"), value=source),
        EditField(code=TIME, label=_("Stated at (WIB)"), value="", hint=_("Empty is now; or such as 14.30")),
        EditField(code=NOTE, label=_("What else it says"), value=""),
    )
