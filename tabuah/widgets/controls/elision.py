"""Elision that keeps values whole: names are cut, and parts that do not fit are left out."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

SEPARATOR: Final = " · "
_CLAUSE: Final = ", "
_MORE: Final = "…"
_SHORTEST_NAME: Final = "MMMM"  # a shorter name says nothing: then the last part is left out first


def elide_name(text: str, names: Sequence[str], metrics: QFontMetricsF, width_px: float) -> str:
    """Return a text that fits, with the name in it cut.

    Where even a name of one letter leaves no room, the last parts are left out; of the first part, clauses after a
    comma.

    Args:
        text: the text with its values.
        names: the parts of texts that may be cut; the first one in the text counts.
        metrics: of the font.
        width_px: the room.
    """
    name = next((each for each in names if each and each in text), "")
    parts = text.split(SEPARATOR)
    for count in range(len(parts), 0, -1):
        shown = SEPARATOR.join(parts[:count])
        if metrics.horizontalAdvance(shown) <= width_px:
            return shown if count == len(parts) else _with_ellipsis(shown, metrics, width_px)
        if name and name in shown:
            room_px = (
                width_px - metrics.horizontalAdvance(shown.replace(name, "", 1)) - 1
            )  # kerning differs at the cut
            if room_px >= metrics.horizontalAdvance(_SHORTEST_NAME if count > 1 else _MORE):
                cut = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room_px)
                return shown.replace(name, cut, 1)
    if name and name in parts[0]:
        main_clause = parts[0].rpartition(_CLAUSE)[0]
        if name in main_clause:
            return _with_ellipsis(elide_name(main_clause, names, metrics, width_px), metrics, width_px)
        return parts[0].replace(name, _MORE, 1)
    if any(letter.isdigit() for letter in parts[0]):
        return parts[0]
    return metrics.elidedText(parts[0], Qt.TextElideMode.ElideRight, width_px)


def _with_ellipsis(shown: str, metrics: QFontMetricsF, width_px: float) -> str:
    longer = f"{shown} {_MORE}"
    return longer if metrics.horizontalAdvance(longer) <= width_px else shown
