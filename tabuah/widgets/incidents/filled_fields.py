"""The fields of a report that a line has filled: they follow the line until a person changes them."""

from typing import Any, Final

from msgspec.structs import replace

from tabuah.widgets.incidents.report_draft import ReportDraft

# Fields that change together.
_FILLED: Final = (
    ("hazard",),
    ("place", "place_text"),
    ("jorong",),
    ("landmark",),
    ("caller_name",),
    ("caller_number",),
    ("occurred_text",),
    ("people_at_risk",),
)


class FilledFields:
    """Merges what a line says into the content of a form; values that a person entered stay."""

    def __init__(self) -> None:
        self._first = self._last = ReportDraft()

    def begin(self, first: ReportDraft) -> None:
        """Begin with the content of the form before a line: a part that the line does not name keeps it."""
        self._first = self._last = first

    def merge(self, shown: ReportDraft, read: ReportDraft) -> ReportDraft:
        """Return the content of the form after a change of its line.

        Args:
            shown: the present content.
            read: the parts that the line names; the others are empty.
        """
        values: dict[str, Any] = {}
        for names in _FILLED:
            if _values(shown, names) == _values(self._last, names):
                source = read if any(_values(read, names)) else self._first
                values |= {name: getattr(source, name) for name in names}
        self._last = replace(self._last, **values)
        return replace(shown, **values, note=self._merged_note(shown.note, read.note))

    def _merged_note(self, shown: str, read: str) -> str:
        """Replace the words of the line in the note; add them where a person has changed them."""
        before, first = self._last.note, self._first.note
        after = "\n".join(filter(None, (first, read)))
        self._last = replace(self._last, note=after)
        if shown == before:
            return after
        old = before[len(first) :].strip()
        if old and old in shown:
            return shown.replace(old, read, 1).strip()
        return shown if read in shown else "\n".join(filter(None, (shown, read)))


def _values(draft: ReportDraft, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(draft, name) for name in names)
