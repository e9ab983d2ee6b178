"""Stations that send and are not registered: read from the server, and registered with what they sent filled in."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QObject

from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.console.window.stations.station_form_values import POSITION, Texts, station_texts
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.stations.unregistered import UnregisteredSeries, UnregisteredStation, suggest_station
from tabuah.resources.localisation import _, format_age, ngettext
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.stations_protocol import UnregisteredReply
from tabuah.storage.sync.session import ConsoleSession
from tabuah.text.readings.measurements import format_value, parameter_name
from tabuah.widgets.stations.unregistered_panel import UnregisteredItem, UnregisteredStationsPanel

_NEWEST_VALUES: Final = 3


class UnregisteredStations(QObject):
    """The list of the side panel; `register` opens the station form with the given texts."""

    def __init__(
        self, context: WindowContext, panel: UnregisteredStationsPanel, *, register: Callable[[Texts], None]
    ) -> None:
        super().__init__(panel)
        self._context, self._panel, self._register = context, panel, register
        self._found: Mapping[str, UnregisteredStation] = {}
        panel.register_requested.connect(self._on_register_requested)
        panel.refresh_requested.connect(self._read)
        panel.closed.connect(self._leave)
        context.state.changed.connect(self._on_state_changed)

    def begin(self) -> None:
        """Open the list and read it from the server."""
        self._context.side.show_page(SidePage.UNREGISTERED)
        self._panel.focus_list()
        self._read()

    def close(self) -> None:
        """Stop following."""
        self._context.state.changed.disconnect(self._on_state_changed)

    def _read(self) -> None:
        if not self._found:
            self._panel.show_message(_("Asking the server …"))
        self._context.network.run(fetch_unregistered, on_done=self._on_read, on_error=self._on_failed)

    def _on_read(self, found: tuple[UnregisteredStation, ...]) -> None:
        self._found = {f"{each.code}/{each.account}": each for each in found}
        self._show()

    def _show(self) -> None:
        """Show the senders that are not registered here either: a registration may not be synced yet."""
        known, now = self._context.state.snapshot.stations, self._context.state.now()
        items = [unregistered_item(key, each, now) for key, each in self._found.items() if each.code not in known]
        self._panel.show_items(items, refusal=self._context.state.writing_refusal("station.registered"))

    def _on_failed(self, error: Exception) -> None:
        self._panel.show_message(_("The list is not known without the server."), str(error))

    def _on_register_requested(self, key: str) -> None:
        sender = self._found.get(key)
        if sender is not None:
            self._register(suggested_texts(sender))

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if StatePart.STATIONS in parts and self._found and self._context.side.page is SidePage.UNREGISTERED:
            self._show()

    def _leave(self) -> None:
        self._context.side.show_page(SidePage.DETAILS)
        self._context.canvas.setFocus()


def fetch_unregistered(store: ConsoleStore) -> tuple[UnregisteredStation, ...]:
    """Fetch the unregistered senders from the server.

    Raises:
        SyncError: the server does not answer or refuses.
    """
    with ConsoleSession(store).client as client:
        return client.call("GET", "/v1/stations/unregistered", UnregisteredReply).stations


def suggested_texts(sender: UnregisteredStation) -> dict[str, str]:
    """Return the form texts of the station that a sender suggests; its name and place are unknown."""
    return station_texts(suggest_station(sender)) | {POSITION: ""}


def unregistered_item(key: str, sender: UnregisteredStation, now: datetime) -> UnregisteredItem:
    """Return a sender as a row, with what it sent of each parameter."""
    count = ngettext("{n} reading", "{n} readings", sender.count).format(n=sender.count)
    return UnregisteredItem(
        id=key,
        text=plain_code(sender.code),
        about=sender.account,
        at=count,
        author=format_age(max(now - sender.received_at, timedelta(0))),
        details=tuple(_describe_series(series) for series in sender.series),
    )


def _describe_series(series: UnregisteredSeries) -> str:
    newest = ", ".join(format_value(series.parameter, value) for value in series.newest[:_NEWEST_VALUES])
    count = ngettext("{n} reading", "{n} readings", series.count).format(n=series.count)
    return f"{parameter_name(series.parameter)}: {newest} · {count}"
