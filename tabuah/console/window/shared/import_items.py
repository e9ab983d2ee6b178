"""Parts of every import preview: counts, labels of states and of the import button, file types."""

from collections.abc import Callable
from typing import Final

from tabuah.operations.import_table import RowState
from tabuah.resources.localisation import _, ngettext
from tabuah.widgets.values import Level

LEVEL_OF_STATE: Final = {
    RowState.NEW: Level.NORMAL,
    RowState.CHANGED: Level.INFORMATION,
    RowState.UNCHANGED: Level.NO_DATA,
    RowState.REFUSED: Level.CRITICAL,
}


def table_filters() -> list[str]:
    """Return the file types of a table."""
    return [f"{_('Tables')} (*.xlsx *.csv)", f"{_('All files')} (*)"]


def count_summary(count: Callable[[RowState], int]) -> str:
    """Return how many rows are in each state, and that refused ones are left out."""
    counts = _("{new} new, {changed} changed, {unchanged} unchanged, {refused} refused.")
    summary = counts.format(**{state.value: count(state) for state in RowState})
    if count(RowState.REFUSED):
        summary = f"{summary} {_('Nothing is saved before you import; refused lines are left out.')}"
    return summary


def confirm_label(valid: int, refused: int, whole: str) -> str:
    """Return the label of the import button; `whole` is the one for a file without refused lines."""
    if refused:
        return ngettext("Import only {n} valid line", "Import only {n} valid lines", valid).format(n=valid)
    return whole


def row_state_label(state: RowState) -> str:
    words = {
        RowState.NEW: _("new"),
        RowState.CHANGED: _("changed"),
        RowState.UNCHANGED: _("unchanged"),
        RowState.REFUSED: _("refused"),
    }
    return words[state]
