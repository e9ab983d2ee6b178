"""Form fields for the alert level of a volcano."""

from tabuah.console.window.shared.form_fields import SOURCE_FIELD, TIME_FIELD
from tabuah.operations.bulletins.bulletin import Volcano
from tabuah.operations.levels import VolcanoLevel
from tabuah.resources.localisation import _
from tabuah.resources.time_zone import zone_label
from tabuah.text.bulletins.bulletin_text import describe_earlier_level
from tabuah.widgets.controls.edit_form import EditField
from tabuah.widgets.values import Choice, Level

LEVEL_FIELD = "level"
NOTE_FIELD = "note"

LEVEL_OF_VOLCANO = {
    VolcanoLevel.NORMAL: Level.NORMAL,
    VolcanoLevel.WASPADA: Level.ATTENTION,
    VolcanoLevel.SIAGA: Level.HIGH,
    VolcanoLevel.AWAS: Level.CRITICAL,
}


def level_fields(known: Volcano | None, *, source: str) -> tuple[EditField, ...]:
    """Return level, source, time and note. The names of the levels are PVMBG's in every language."""
    choices = tuple(
        Choice(code=level.value, label=f"{level.value} {level.name.capitalize()}", key=str(rank), level=shown)
        for rank, (level, shown) in enumerate(LEVEL_OF_VOLCANO.items(), start=1)
    )
    return (
        EditField(
            code=LEVEL_FIELD,
            label=_("Level stated by PVMBG"),
            value="",
            choices=choices,
            hint=describe_earlier_level(known),
        ),
        EditField(code=SOURCE_FIELD, label=_("Source"), value=source),
        EditField(
            code=TIME_FIELD,
            label=_("Stated at ({zone})").format(zone=zone_label()),
            value="",
            hint=_("Empty means now; or a time such as 14.30"),
        ),
        EditField(code=NOTE_FIELD, label=_("Notes"), value=""),
    )
