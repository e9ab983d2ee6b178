"""Moving a station on the map, taking it out of service and putting it back, each with a reason."""

from collections.abc import Callable
from typing import Final

import msgspec
from PySide6.QtCore import QObject

from tabuah.console.window.shared.confirm_card import Question
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.stations.drafts import change_station, restore_station, retire_station
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _
from tabuah.widgets.map.overlay.planned_stations import PlannedStation

_NO_STATION: Final = ""


class StationStateActions(QObject):
    """Asks for the place and the reason, and saves one entry."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.canvas)
        self._context = context
        self._moves = _NO_STATION  # the station whose new place is being picked
        self._is_asking = False  # whether the new place is shown on the map
        context.confirm.closed.connect(self._on_question_closed)
        context.canvas.location_picked.connect(self._on_location_picked)
        context.canvas.pick_cancelled.connect(self._on_pick_cancelled)

    def move(self) -> None:
        """Pick the new place of the selected station on the map."""
        station = self._selected
        if station is None:
            return
        self._context.show_station(station)
        self._context.canvas.begin_pick()
        self._moves = station.code
        message = _("Choose the new place of {station}: click, or use the arrow keys and Enter; Esc cancels.")
        self._context.notifier.inform(message.format(station=station.name))

    def retire_or_restore(self) -> None:
        """Ask why the selected station goes out of service, or why it comes back."""
        station = self._selected
        if station is None:
            return
        if station.retired is None:
            self._ask_to_retire(station)
        else:
            self._ask_to_restore(station)

    @property
    def _selected(self) -> Station | None:
        return self._context.state.snapshot.stations.get(self._context.selection.station)

    def _on_location_picked(self, lon_deg: float, lat_deg: float) -> None:
        code, self._moves = self._moves, _NO_STATION
        station = self._context.state.snapshot.stations.get(code)
        if station is not None:
            self._ask_about_move(station, lon_deg, lat_deg)

    def _on_pick_cancelled(self) -> None:
        self._moves = _NO_STATION

    def _on_question_closed(self) -> None:
        if self._is_asking:
            self._is_asking = False
            self._context.canvas.show_planned(())

    def _ask_about_move(self, station: Station, lon_deg: float, lat_deg: float) -> None:
        places, canvas = self._context.places, self._context.canvas
        suggestion = places.suggestion_at(lon_deg, lat_deg)
        outside = places.outside_question(suggestion)
        canvas.show_planned(
            (PlannedStation(code=station.code, lon_deg=lon_deg, lat_deg=lat_deg, label=station.name, strong=True),)
        )
        self._is_asking = True
        question = Question(
            title=_("Move {station} here?").format(station=station.name),
            text=" · ".join(part for part in (suggestion.name, suggestion.detail, outside) if part),
            confirm=_("Move the station"),
            field=_("Reason"),
            is_reason=True,
            placeholder=_("Such as: measured again with GPS"),
            required=_("Moving a station needs a reason."),
        )
        self._context.confirm.ask(
            question, lambda reason: self._move(station, lon_deg, lat_deg, reason, is_outside=bool(outside))
        )

    def _move(self, station: Station, lon_deg: float, lat_deg: float, reason: str, *, is_outside: bool) -> None:
        nagari = self._context.places.place_at(lon_deg, lat_deg).nagari
        after = msgspec.structs.replace(
            station,
            lon_deg=round(lon_deg, 6),
            lat_deg=round(lat_deg, 6),
            nagari=nagari or station.nagari,
            outside_reason=reason[:200] if is_outside else "",
        )
        message = _("{station} is moved.").format(station=station.name)
        self._save(lambda: change_station(station, after, reason=reason), message, undo=self._back(station, reason))

    def _back(self, before: Station, reason: str) -> Callable[[], None]:
        """Return the undo of a move: another move, back to the place before."""

        def undo() -> None:
            now = self._context.state.snapshot.stations.get(before.code)
            if now is None:
                return
            after = msgspec.structs.replace(
                now,
                lon_deg=before.lon_deg,
                lat_deg=before.lat_deg,
                nagari=before.nagari,
                outside_reason=before.outside_reason,
            )
            taken_back = _("Undone: {reason}").format(reason=reason)[:400]
            self._save(
                lambda: change_station(now, after, reason=taken_back),
                _("{station} is back at its place.").format(station=before.name),
            )

        return undo

    def _ask_to_retire(self, station: Station) -> None:
        question = Question(
            title=_("Retire {station} ({code})?").format(station=station.name, code=plain_code(station.code)),
            text=_("It raises no alarms any more, and new readings are quarantined. Its history stays."),
            confirm=_("Retire the station"),
            field=_("Reason"),
            is_reason=True,
            placeholder=_("Such as: the bridge was replaced"),
            required=_("Retiring a station needs a reason."),
        )
        self._context.confirm.ask(question, lambda reason: self._retire(station, reason))

    def _retire(self, station: Station, reason: str) -> None:
        def undo() -> None:
            now = self._context.state.snapshot.stations.get(station.code)
            if now is not None:
                self._restore(now, _("Undone: {reason}").format(reason=reason)[:400])

        message = _("{station} is retired.").format(station=station.name)
        self._save(lambda: retire_station(station, reason=reason), message, undo=undo)

    def _ask_to_restore(self, station: Station) -> None:
        assert station.retired is not None
        question = Question(
            title=_("Put {station} back into service?").format(station=station.name),
            text=_("It was retired: {reason}").format(reason=station.retired.reason),
            confirm=_("Put back into service"),
            field=_("Reason"),
            is_reason=True,
            required=_("Putting a station back into service needs a reason."),
        )
        self._context.confirm.ask(question, lambda reason: self._restore(station, reason))

    def _restore(self, station: Station, reason: str) -> None:
        message = _("{station} is in service again.").format(station=station.name)
        self._save(lambda: restore_station(station, reason=reason), message)

    def _save(self, make: Callable[[], Draft], message: str, *, undo: Callable[[], None] | None = None) -> None:
        try:
            draft = make()
        except NotPossible as refusal:
            self._context.notifier.error(refusal)
            return
        self._context.save_draft(draft, on_saved=lambda _saved: self._context.notifier.done(message, undo=undo))
