"""Manual readings of a station without a connection, such as from the staff gauge of a posko."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QObject

from tabuah.console.window.shared.console_readings import ConsoleReadings
from tabuah.console.window.shared.form_fields import REASON_FIELD, SOURCE_FIELD, TIME_FIELD
from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.latest_readings import LatestReadings
from tabuah.operations.alarms.local_alarms import judge_local_series
from tabuah.operations.readings.measurements import measurement_of
from tabuah.operations.readings.reading import (
    LATEST_AHEAD,
    MAX_SOURCE_LENGTH,
    Doubt,
    ManualReading,
    Reading,
    make_manual_reading,
)
from tabuah.operations.stations.station import Station
from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.resources.localisation import _, format_time
from tabuah.resources.moment_parser import parse_moment
from tabuah.resources.time_zone import zone_label
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.readings.store import ReadingsStore
from tabuah.text.readings.corrections import missing_reason_text
from tabuah.text.readings.measurements import describe_refusal_code, format_value, parameter_name
from tabuah.text.stations.station_page import describe_stored_readings
from tabuah.text.stations.station_text import describe_newest_reading
from tabuah.widgets.controls.edit_form import EditField, EditForm

_JUDGED: Final = timedelta(days=4)  # the longest window of a rule


class ManualReadingActions(QObject):
    """The form for readings. The last source is suggested again."""

    def __init__(self, context: WindowContext, form: EditForm, readings: ConsoleReadings) -> None:
        super().__init__(form)
        self._context, self._form, self._readings = context, form, readings
        self._source = ""
        form.submitted.connect(self._on_submitted)
        form.cancelled.connect(self._leave)

    def begin(self) -> None:
        """Open the form of the station in the chart."""
        station = self._context.state.snapshot.stations.get(self._context.selection.station)
        if station is not None:
            title = _("Manual readings of {station}").format(station=station.name)
            state = self._context.state
            fields = reading_fields(station, latest=state.latest, now=state.now(), source=self._source)
            self._form.show_fields(station.code, title, fields, save=_("Save the reading"))
            self._context.side.show_page(SidePage.READING)
            self._form.focus_first()

    def _leave(self) -> None:
        self._context.side.show_page(SidePage.DETAILS)
        self._context.canvas.setFocus()

    def _on_submitted(self, code: str, changes: dict[str, str]) -> None:
        station = self._context.state.snapshot.stations.get(code)
        if station is None:
            self._leave()
            return
        typed = self._read(station, changes)
        if any(each.reason for each in typed):
            self._keep(station, typed)
        elif typed:
            readings = [each.reading for each in typed]
            self._readings.query(
                lambda store: tuple(store.corrections.replaced_by(readings)),
                lambda replaced: self._keep_or_ask(station, typed, replaced),
                on_error=self._context.notifier.error,
            )

    def _keep_or_ask(self, station: Station, typed: Sequence[ManualReading], replaced: tuple[Reading, ...]) -> None:
        """Store the readings; ask for a reason if they correct a stored value."""
        if replaced:
            self._form.show_error(REASON_FIELD, missing_reason_text(replaced[0]))
        else:
            self._keep(station, typed)

    def _keep(self, station: Station, typed: Sequence[ManualReading]) -> None:
        self._source = typed[0].source
        values = ", ".join(_value_words(each.reading) for each in typed)
        message = describe_stored_readings(station.name, values, typed[0].reading.at)
        self._readings.add_manual_readings(
            typed, on_done=lambda: self._on_kept(station, typed, message), on_error=self._context.notifier.error
        )
        self._leave()

    def _on_kept(self, station: Station, typed: Sequence[ManualReading], message: str) -> None:
        self._context.sync_soon()
        self._context.notifier.done(message)
        if (
            self._context.state.link.state is not ConnectionState.ONLINE
        ):  # otherwise the server evaluates it in a moment
            for each in typed:
                self._judge(station, each.reading.parameter)

    def _judge(self, station: Station, parameter: str) -> None:
        """Raise or clear an alarm here, since the server cannot be reached."""
        now = self._context.state.now()

        def read(store: ReadingsStore) -> tuple[Reading, ...]:
            return store.between(station.code, parameter, now - _JUDGED, now + LATEST_AHEAD)

        def judge(history: Sequence[Reading]) -> None:
            snapshot = self._context.state.snapshot
            drafts = judge_local_series(
                station,
                parameter,
                [(reading.at, reading.value) for reading in history],
                rules=snapshot.rules.values(),
                alarms=snapshot.alarms.values(),
                works=snapshot.maintenance.values(),
                new_id=lambda: new_uuid(now),
            )
            if drafts:
                # the alarm of another device is cleared by that device, or by the server once the readings arrive
                self._context.save(
                    lambda store: [d for d in drafts if d.kind != "alarm.cleared" or store.may_clear(d.subject)]
                )

        self._readings.query(read, judge)

    def _read(self, station: Station, changes: dict[str, str]) -> list[ManualReading]:
        """Return the readings in the form; none if there is an error, which is shown at its field."""
        now = self._context.state.now()
        source, reason = changes.get(SOURCE_FIELD, self._source), changes.get(REASON_FIELD, "")
        if not 0 < len(source) <= MAX_SOURCE_LENGTH:
            self._form.show_error(SOURCE_FIELD, _("Enter the source. A value needs a source."))
            return []
        try:
            at = (
                parse_moment(changes[TIME_FIELD], now=now)
                if TIME_FIELD in changes
                else now.replace(second=0, microsecond=0)
            )
        except ValueError as error:
            self._form.show_error(TIME_FIELD, str(error))
            return []
        found = []
        for parameter in station.parameters:
            if text := changes.get(parameter.code, ""):
                reading = Reading(station.code, parameter.code, at, _number(text))
                typed = self._check(station, reading, source, reason)
                if typed is None:
                    return []
                found.append(typed)
        if not found:
            self._form.show_error(station.parameters[0].code, _("Write at least one value."))
        return found

    def _check(self, station: Station, reading: Reading, source: str, reason: str) -> ManualReading | None:
        person = self._context.state.snapshot.identity
        name = person.user if person is not None else ""
        typed = make_manual_reading(
            reading, station=station, person=name, source=source, now=self._context.state.now(), reason=reason
        )
        if not isinstance(typed, Doubt):
            return typed
        in_time = typed in (Doubt.IN_THE_FUTURE, Doubt.TOO_OLD)
        self._form.show_error(TIME_FIELD if in_time else reading.parameter, describe_refusal_code(typed.value))
        return None


def _number(text: str) -> float:
    """Parse a number with a decimal comma or point; invalid text becomes NaN, which no parameter accepts."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return float("nan")


def _value_words(reading: Reading) -> str:
    return format_value(reading.parameter, reading.value)


def reading_fields(station: Station, *, latest: LatestReadings, now: datetime, source: str) -> tuple[EditField, ...]:
    """Return the fields for manual readings: a value of each parameter, the time and the source."""
    return (
        *(
            EditField(
                code=each.code,
                label=f"{parameter_name(each.code)} ({each.unit or measurement_of(each.code).unit})",
                value="",
                hint=describe_newest_reading(latest.get((station.code, each.code)), each.unit),
            )
            for each in station.parameters
        ),
        EditField(
            code=TIME_FIELD,
            label=_("Read at ({zone})").format(zone=zone_label()),
            value=format_time(now, zone=False),
            hint=_("A time of today, or a date and time such as 2026-11-24 14.30"),
        ),
        EditField(
            code=SOURCE_FIELD,
            label=_("Source"),
            value=source,
            hint=_("Such as: staff gauge, call of the gauge reader"),
        ),
        EditField(
            code=REASON_FIELD,
            label=_("Reason of a correction"),
            value="",
            hint=_("Only where a value of this time is stored already"),
        ),
    )
