"""Retention settings: how long this console stores readings, and what a change would delete."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject

from tabuah.console.window.shared.confirm_card import Question
from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.readings.retention import (
    LEAST_DAYS,
    LEAST_YEARS,
    MOST_DAYS,
    MOST_YEARS,
    Retention,
    RetentionUsage,
)
from tabuah.resources.localisation import _, format_number
from tabuah.storage.readings.errors import UnusableRetention
from tabuah.storage.readings.retention_file import read_retention, save_retention
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.text.readings.readings_retention import (
    describe_disk_use,
    describe_kept_hours,
    describe_kept_values,
    describe_pruning,
)
from tabuah.widgets.controls.edit_form import EditField, EditForm

DAYS: Final = "values_days"
YEARS: Final = "hours_years"
_RANGES: Final = {DAYS: (LEAST_DAYS, MOST_DAYS), YEARS: (LEAST_YEARS, MOST_YEARS)}


class RetentionSettings(QObject):
    """The retention form. A file that cannot be used is reported and replaced on saving."""

    def __init__(self, context: WindowContext, form: EditForm) -> None:
        super().__init__(form)
        self._context, self._form = context, form
        self._set = Retention()
        form.submitted.connect(self._on_submitted)
        form.cancelled.connect(self._leave)

    def begin(self) -> None:
        """Measure the stored readings, which takes a moment, and open the form."""
        self._measure(None, lambda found: self._open(*found))

    def _open(self, keeping: Retention, kept: RetentionUsage) -> None:
        self._set = keeping
        fields = (
            EditField(
                code=DAYS,
                label=_("Days to keep every value ({least} to {most})").format(**_range_words(DAYS)),
                value=str(keeping.values_days),
                hint=describe_kept_values(kept),
            ),
            EditField(
                code=YEARS,
                label=_("Years to keep hourly summaries ({least} to {most})").format(**_range_words(YEARS)),
                value=str(keeping.hours_years),
                hint=f"{describe_kept_hours(kept)}\n{describe_disk_use(kept)}",
            ),
        )
        self._form.show_fields("keeping", _("Retention of readings on this console"), fields, save=_("Save"))
        self._context.side.show_page(SidePage.KEEPING)
        self._form.focus_first()

    def _on_submitted(self, _edited: str, changes: dict[str, str]) -> None:
        given = {DAYS: self._set.values_days, YEARS: self._set.hours_years}
        for code, text in changes.items():
            number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1
            least, most = _RANGES[code]
            if not least <= number <= most:
                message = _("A whole number from {least} to {most}").format(**_range_words(code))
                self._form.show_error(code, message)
                return
            given[code] = number
        wanted = Retention(values_days=given[DAYS], hours_years=given[YEARS])
        self._measure(wanted, lambda found: self._ask(*found))

    def _ask(self, wanted: Retention, kept: RetentionUsage) -> None:
        """Save at once if nothing is deleted; otherwise show what is deleted and ask."""
        if not kept.has_expired:
            self._save(wanted)
            return
        person = self._context.state.snapshot.identity
        going = describe_pruning(kept, wanted, self._context.state.now(), knows_server=person is not None)
        question = Question(title=_("Delete stored readings?"), text=going, confirm=_("Keep less"), is_final=True)
        self._context.confirm.ask(question, lambda _text: self._save(wanted))

    def _save(self, wanted: Retention) -> None:
        directory = self._context.directory
        message = _("Retention: every value for {days} days, hourly summaries for {years} years.").format(
            days=format_number(wanted.values_days), years=wanted.hours_years
        )
        self._context.work.run(
            lambda _context: save_retention(directory, wanted),
            on_done=lambda _file: self._context.notifier.done(message),
            on_error=self._context.notifier.error,
        )
        self._leave()

    def _measure(self, wanted: Retention | None, on_done: Callable[[tuple[Retention, RetentionUsage]], None]) -> None:
        """Measure on a worker with a separate connection; `wanted` None means the current settings."""
        directory, now = self._context.directory, self._context.state.now()

        def work(_context: None) -> tuple[Retention, RetentionUsage, Exception | None]:
            keeping, wrong = (wanted, None) if wanted is not None else _read(directory)
            with ReadingsStore(directory / FILE_NAME) as readings:
                kept = readings.measure_usage(
                    values_before=keeping.values_before(now), hours_before=keeping.hours_before(now)
                )
            return keeping, kept, wrong

        def done(found: tuple[Retention, RetentionUsage, Exception | None]) -> None:
            keeping, kept, wrong = found
            if wrong is not None:
                self._context.notifier.error(wrong)
            on_done((keeping, kept))

        self._context.work.run(work, on_done=done, on_error=self._context.notifier.error)

    def _leave(self) -> None:
        self._context.side.show_page(SidePage.DETAILS)
        self._context.canvas.setFocus()


def _read(directory: Path) -> tuple[Retention, Exception | None]:
    """Return the current settings; the defaults and the error if the file cannot be used."""
    try:
        return read_retention(directory), None
    except UnusableRetention as error:
        return Retention(), error


def _range_words(code: str) -> dict[str, str]:
    least, most = _RANGES[code]
    return {"least": format_number(least), "most": format_number(most)}
