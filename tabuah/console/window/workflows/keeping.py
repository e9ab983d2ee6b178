"""Keeping: how long this console keeps readings, with what that takes now, and what would go said before it goes."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject

from tabuah.console.keeping_words import going_words, hours_words, room_words, values_words
from tabuah.console.window.confirm_card import Question
from tabuah.console.window.panels import Page
from tabuah.console.window.workplace import Workplace
from tabuah.operations.stations.keeping import LEAST_DAYS, LEAST_YEARS, MOST_DAYS, MOST_YEARS, Keeping, Kept
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_number
from tabuah.storage.readings.errors import UnusableKeeping
from tabuah.storage.readings.keeping_file import keep_keeping, read_keeping
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.widgets.forms.edit_form import EditField, EditForm

DAYS: Final = "values_days"
YEARS: Final = "hours_years"
_RANGES: Final = {DAYS: (LEAST_DAYS, MOST_DAYS), YEARS: (LEAST_YEARS, MOST_YEARS)}


class SettingKeeping(QObject):
    """The form of what is kept; a file that cannot be used is told and put right by saving."""

    def __init__(self, place: Workplace, form: EditForm) -> None:
        super().__init__(form)
        self._at, self._form = place, form
        self._set = Keeping()
        form.submitted.connect(self._on_submitted)
        form.cancelled.connect(self._leave)

    def begin(self) -> None:
        """Look what is kept, which takes a moment, then open the form."""
        self._measure(None, lambda found: self._open(*found))

    def _open(self, keeping: Keeping, kept: Kept) -> None:
        self._set = keeping
        fields = (
            EditField(
                code=DAYS,
                label=_("Days for which every value is kept ({least} to {most})").format(**_range_words(DAYS)),
                value=str(keeping.values_days),
                hint=values_words(kept),
            ),
            EditField(
                code=YEARS,
                label=_("Years for which whole hours are kept ({least} to {most})").format(**_range_words(YEARS)),
                value=str(keeping.hours_years),
                hint=f"{hours_words(kept)}\n{room_words(kept)}",
            ),
        )
        self._form.show_fields("keeping", _("How long this console keeps readings"), fields, save=_("Save"))
        self._at.side.show_page(Page.KEEPING)
        self._form.focus_first()

    def _on_submitted(self, _edited: str, changes: dict[str, str]) -> None:
        given = {DAYS: self._set.values_days, YEARS: self._set.hours_years}
        for code, text in changes.items():
            number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1
            least, most = _RANGES[code]
            if not least <= number <= most:
                told = _("A whole number from {least} to {most}").format(**_range_words(code))
                self._form.show_error(code, told)
                return
            given[code] = number
        wanted = Keeping(values_days=given[DAYS], hours_years=given[YEARS])
        self._measure(wanted, lambda found: self._ask(*found))

    def _ask(self, wanted: Keeping, kept: Kept) -> None:
        """Save at once where nothing goes; else say what goes and ask."""
        if not kept.is_going:
            self._save(wanted)
            return
        person = self._at.room.snapshot.identity
        going = going_words(kept, wanted, self._at.room.now(), knows_server=person is not None)
        question = Question(title=_("Keep less than is here?"), text=going, confirm=_("Keep less"))
        self._at.confirm.ask(question, lambda _text: self._save(wanted))

    def _save(self, wanted: Keeping) -> None:
        directory = self._at.directory
        told = _("Readings are kept: every value for {days} days, whole hours for {years} years.").format(
            days=format_number(wanted.values_days), years=wanted.hours_years
        )
        self._at.work.run(
            lambda _context: keep_keeping(directory, wanted),
            on_done=lambda _file: self._at.teller.done(told),
            on_error=self._at.teller.error,
        )
        self._leave()

    def _measure(self, wanted: Keeping | None, on_done: Callable[[tuple[Keeping, Kept]], None]) -> None:
        """Count beside the window, on a connection of its own; `wanted` None is what is set."""
        directory, now = self._at.directory, self._at.room.now()

        def work(_context: None) -> tuple[Keeping, Kept, Exception | None]:
            keeping, wrong = (wanted, None) if wanted is not None else _read(directory)
            with ReadingsStore(directory / FILE_NAME) as readings:
                kept = readings.measure_kept(
                    values_before=keeping.values_before(now), hours_before=keeping.hours_before(now)
                )
            return keeping, kept, wrong

        def done(found: tuple[Keeping, Kept, Exception | None]) -> None:
            keeping, kept, wrong = found
            if wrong is not None:
                self._at.teller.error(wrong)
            on_done((keeping, kept))

        self._at.work.run(work, on_done=done, on_error=self._at.teller.error)

    def _leave(self) -> None:
        self._at.side.show_page(Page.DETAILS)
        self._at.canvas.setFocus()


def _read(directory: Path) -> tuple[Keeping, Exception | None]:
    """What is set; where the file cannot be used the usual, and what is wrong with it."""
    try:
        return read_keeping(directory), None
    except UnusableKeeping as error:
        return Keeping(), error


def _range_words(code: str) -> dict[str, str]:
    least, most = _RANGES[code]
    return {"least": format_number(least), "most": format_number(most)}
