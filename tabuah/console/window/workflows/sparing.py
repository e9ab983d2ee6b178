"""Sparing a slow or dear line: the data saver on or off, and the stations whose readings still come live."""

from collections.abc import Callable

import msgspec

from tabuah.console.window.workplace import Workplace
from tabuah.resources.catalogue import _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.settings import LineSettings, SettingsFile


class Sparing:
    """The settings of the line; what people write goes over it as ever."""

    def __init__(self, place: Workplace) -> None:
        self._at = place

    def switch(self) -> None:
        """Turn the data saver on or off; where no station was ever chosen, the one in the chart stays live."""
        station = self._at.selection.station

        def change(settings: LineSettings) -> LineSettings:
            stations = settings.stations or ((station,) if station else ())
            return msgspec.structs.replace(settings, data_saver=not settings.data_saver, stations=stations)

        self._change(change, self._told_switch)

    def switch_station(self) -> None:
        """Let the station in the chart come live although data is saved, or no longer."""
        station = self._at.selection.station

        def change(settings: LineSettings) -> LineSettings:
            others = tuple(code for code in settings.stations if code != station)
            chosen = others if station in settings.stations else (*settings.stations, station)
            return msgspec.structs.replace(settings, stations=chosen)

        self._change(change, lambda settings: self._told_station(settings, station))

    def _change(self, change: Callable[[LineSettings], LineSettings], told: Callable[[LineSettings], str]) -> None:
        def work(store: ConsoleStore) -> LineSettings:
            file = SettingsFile(store.directory)
            settings = change(file.read())
            file.keep(settings)
            return settings

        def done(settings: LineSettings) -> None:
            self._at.room.reread()
            self._at.sync_soon()
            self._at.teller.inform(told(settings))

        self._at.store.run(work, on_done=done, on_error=self._at.teller.error)

    def _told_switch(self, settings: LineSettings) -> str:
        if not settings.data_saver:
            return _("Data saver off: all readings come live, photos by themselves.")
        return _("Data saver on: live readings of {stations} only; photos come when they are opened.").format(
            stations=self._names(settings.stations)
        )

    def _told_station(self, settings: LineSettings, station: str) -> str:
        if station in settings.stations:
            told = _("{station} comes live even while data is saved.")
        else:
            told = _("{station} no longer comes live while data is saved.")
        return told.format(station=self._names((station,)))

    def _names(self, codes: tuple[str, ...]) -> str:
        known = self._at.room.snapshot.stations
        return ", ".join(known[code].name if code in known else code for code in codes) or _("no station")
