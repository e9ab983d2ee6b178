"""Typing in: what somebody has read at a station without a line, such as from the staff gauge of a posko."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from PySide6.QtCore import QObject

from tabuah.console.moments import read_moment
from tabuah.console.reading_words import refusal_words
from tabuah.console.window.link import LinkState
from tabuah.console.window.panels import Page
from tabuah.console.window.presenting.forms import SOURCE, TIME, reading_fields
from tabuah.console.window.readings_desk import ReadingsDesk
from tabuah.console.window.workplace import Workplace
from tabuah.operations.alarms.own_series import judge_own_series
from tabuah.operations.stations.quality import LATEST_AHEAD, Doubt
from tabuah.operations.stations.readings import Reading
from tabuah.operations.stations.station import Station
from tabuah.operations.stations.typing_in import MAX_SOURCE_LENGTH, TypedReading, type_in
from tabuah.operations.stations.units import format_value
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_time
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.readings.store import ReadingsStore
from tabuah.widgets.forms.edit_form import EditForm

_JUDGED: Final = timedelta(days=4)  # as far back as the longest window of a rule reaches


class TypingIn(QObject):
    """The form of readings; the source that was typed last is offered again."""

    def __init__(self, place: Workplace, form: EditForm, readings: ReadingsDesk) -> None:
        super().__init__(form)
        self._at, self._form, self._readings = place, form, readings
        self._source = ""
        form.submitted.connect(self._on_submitted)
        form.cancelled.connect(self._leave)

    def begin(self) -> None:
        """Open the fields of the station whose chart is shown."""
        station = self._at.room.snapshot.stations.get(self._at.selection.station)
        if station is not None:
            title = _("Type in what was read at {station}").format(station=station.name)
            room = self._at.room
            fields = reading_fields(station, latest=room.latest, now=room.now(), source=self._source)
            self._form.show_fields(station.code, title, fields, save=_("Save the reading"))
            self._at.side.show_page(Page.READING)
            self._form.focus_first()

    def _leave(self) -> None:
        self._at.side.show_page(Page.DETAILS)
        self._at.canvas.setFocus()

    def _on_submitted(self, code: str, changes: dict[str, str]) -> None:
        station = self._at.room.snapshot.stations.get(code)
        if station is None:
            self._leave()
            return
        typed = self._read(station, changes)
        if typed:
            self._source = typed[0].source
            told = _("{station}: {values} at {time} is kept here and goes to the server with the next sync.").format(
                station=station.name,
                values=", ".join(_value_words(each.reading) for each in typed),
                time=format_time(typed[0].reading.at),
            )
            self._readings.type_in(
                typed, on_done=lambda: self._on_kept(station, typed, told), on_error=self._at.teller.error
            )
            self._leave()

    def _on_kept(self, station: Station, typed: Sequence[TypedReading], told: str) -> None:
        self._at.sync_soon()
        self._at.teller.done(told)
        if self._at.room.link.state is not LinkState.ONLINE:  # else the server judges it in a moment
            for each in typed:
                self._judge(station, each.reading.parameter)

    def _judge(self, station: Station, parameter: str) -> None:
        """Raise or end here what no server can, as there is no line to one."""
        now = self._at.room.now()

        def read(store: ReadingsStore) -> tuple[Reading, ...]:
            return store.between(station.code, parameter, now - _JUDGED, now + LATEST_AHEAD)

        def judge(history: Sequence[Reading]) -> None:
            snapshot = self._at.room.snapshot
            drafts = judge_own_series(
                station,
                parameter,
                [(reading.at, reading.value) for reading in history],
                rules=snapshot.rules.values(),
                alarms=snapshot.alarms.values(),
                works=snapshot.maintenance.values(),
                new_id=lambda: new_uuid(now),
            )
            if drafts:
                self._at.save(lambda _store: drafts)

        self._readings.ask(read, judge)

    def _read(self, station: Station, changes: dict[str, str]) -> list[TypedReading]:
        """What stands in the form; nothing when something is wrong, which is told where it stands."""
        now = self._at.room.now()
        source = changes.get(SOURCE, self._source)
        if not 0 < len(source) <= MAX_SOURCE_LENGTH:
            self._form.show_error(SOURCE, _("Who or what says so? A value without a source is worth nothing."))
            return []
        try:
            at = read_moment(changes[TIME], now=now) if TIME in changes else now.replace(second=0, microsecond=0)
        except ValueError as error:
            self._form.show_error(TIME, str(error))
            return []
        found = []
        for parameter in station.parameters:
            if text := changes.get(parameter.code, ""):
                typed = self._check(station, Reading(station.code, parameter.code, at, _number(text)), source)
                if typed is None:
                    return []
                found.append(typed)
        if not found:
            self._form.show_error(station.parameters[0].code, _("Write at least one value."))
        return found

    def _check(self, station: Station, reading: Reading, source: str) -> TypedReading | None:
        person = self._at.room.snapshot.identity
        name = person.user if person is not None else ""
        typed = type_in(reading, station=station, person=name, source=source, now=self._at.room.now())
        if not isinstance(typed, Doubt):
            return typed
        in_time = typed in (Doubt.IN_THE_FUTURE, Doubt.TOO_OLD)
        self._form.show_error(TIME if in_time else reading.parameter, refusal_words(typed.value))
        return None


def _number(text: str) -> float:
    """A number with a decimal comma or point; what is none becomes NaN, which no parameter takes."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return float("nan")


def _value_words(reading: Reading) -> str:
    return format_value(reading.parameter, reading.value)
