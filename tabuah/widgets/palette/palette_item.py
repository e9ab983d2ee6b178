"""What the command palette can find."""

from dataclasses import dataclass

from tabuah.widgets.palette.fuzzy import folded, score


@dataclass(frozen=True, slots=True, kw_only=True)
class PaletteItem:
    """A command, place, incident or station; `reason` says why a command cannot be given now.

    `has_page` says that it can also be opened as a page of its own.
    """

    id: str
    kind: str  # "command", "place", "incident", "station": told back with the id
    title: str
    detail: str = ""
    key: str = ""
    icon: str = "command"
    words: str = ""  # more words it can be found by
    reason: str = ""
    has_page: bool = False


class PaletteIndex:
    """Items with their texts folded once, so that each key finds among thousands in milliseconds."""

    def __init__(self, items: tuple[PaletteItem, ...]) -> None:
        self._entries = [(folded(i.title), folded(f"{i.title} {i.detail} {i.words}"), i) for i in items]

    def find(self, query: str, *, limit: int = 40) -> list[PaletteItem]:
        """The best items for `query`, best first; all in their given order when it is empty."""
        words = folded(query).strip()
        if not words:
            return [item for _title, _text, item in self._entries[:limit]]
        found: list[tuple[int, int, PaletteItem]] = []
        for order, (title, text, item) in enumerate(self._entries):
            points = score(words, title)
            if points is None:
                points = score(words, text)
                points = None if points is None else points - 60
            if points is not None:
                found.append((-points, order, item))
        found.sort(key=lambda entry: entry[:2])
        return [item for _points, _order, item in found[:limit]]
