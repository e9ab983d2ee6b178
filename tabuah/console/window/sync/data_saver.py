"""Data saver for slow or metered connections: on or off, and the stations that stay live."""

from collections.abc import Callable

import msgspec

from tabuah.console.window.shared.window_context import WindowContext
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.data_saver import DataSaverFile, DataSaverSettings
from tabuah.text.sync.sync_status import describe_data_saver_switch, describe_live_station


class DataSaverActions:
    """Changes the connection settings. Entries are exchanged as usual."""

    def __init__(self, context: WindowContext) -> None:
        self._context = context
        self._wanted, self._unsaved = False, 0  # the value that holds until all changes are saved and read

    @property
    def is_on(self) -> bool:
        """Whether the data saver is on, or will be as soon as the change is saved."""
        saved = self._context.state.snapshot.connection_settings.data_saver
        return self._wanted if self._unsaved else saved

    def toggle(self) -> None:
        """Turn the data saver on or off; if no station was ever chosen, the one in the chart stays live."""
        self._wanted = not self.is_on
        self._switch(lambda settings: not settings.data_saver)

    def switch(self, *, is_on: bool) -> None:
        """Turn the data saver on, or off."""
        self._wanted = is_on
        self._switch(lambda _settings: is_on)

    def _switch(self, wanted: Callable[[DataSaverSettings], bool]) -> None:
        station = self._context.selection.station

        def change(settings: DataSaverSettings) -> DataSaverSettings:
            stations = settings.stations or ((station,) if station else ())
            return msgspec.structs.replace(settings, data_saver=wanted(settings), stations=stations)

        self._change(change, self._switch_message)

    def toggle_station(self) -> None:
        """Keep the station in the chart live despite the data saver, or no longer."""
        station = self._context.selection.station
        self._wanted = self.is_on

        def change(settings: DataSaverSettings) -> DataSaverSettings:
            others = tuple(code for code in settings.stations if code != station)
            chosen = others if station in settings.stations else (*settings.stations, station)
            return msgspec.structs.replace(settings, stations=chosen)

        self._change(change, lambda settings: self._station_message(settings, station))

    def _change(
        self, change: Callable[[DataSaverSettings], DataSaverSettings], message: Callable[[DataSaverSettings], str]
    ) -> None:
        def work(store: ConsoleStore) -> DataSaverSettings:
            file = DataSaverFile(store.directory)
            settings = change(file.read())
            file.keep(settings)
            return settings

        def done(settings: DataSaverSettings) -> None:
            self._context.state.reload(self._on_read)
            self._context.sync_soon()
            self._context.notifier.inform(message(settings))

        self._unsaved += 1
        self._context.store.run(work, on_done=done, on_error=self._on_failed)

    def _on_read(self) -> None:
        self._unsaved -= 1

    def _on_failed(self, error: Exception) -> None:
        self._unsaved -= 1
        self._context.notifier.error(error)

    def _switch_message(self, settings: DataSaverSettings) -> str:
        return describe_data_saver_switch(self._names(settings.stations), is_on=settings.data_saver)

    def _station_message(self, settings: DataSaverSettings, station: str) -> str:
        names = self._names((station,))
        return describe_live_station(names[0], is_live=station in settings.stations)

    def _names(self, codes: tuple[str, ...]) -> list[str]:
        known = self._context.state.snapshot.stations
        return [known[code].name if code in known else code for code in codes]
