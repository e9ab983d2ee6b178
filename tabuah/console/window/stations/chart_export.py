"""Chart export as a picture or a table, and comparison with upstream gauges."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from tabuah.console.reports.atomic_write import write_file
from tabuah.console.reports.csv_tables import ChartedSeries, encode_chart_csv
from tabuah.console.window.shared.file_dialogs import ask_for_path, dated_name, save_dialog
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.stations.station_updates import StationUpdates
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _, format_moment
from tabuah.widgets.charts.station_chart import StationChart, render_chart_png

_ENDINGS: Final = (".png", ".csv")


class ChartExport(QObject):
    """Reads the shown data on request and writes it on a worker."""

    def __init__(
        self, context: WindowContext, chart: StationChart, window: QWidget, stations: StationUpdates
    ) -> None:
        """Export and compare the chart of these station updates."""
        super().__init__(chart)
        self._context, self._chart, self._window, self._stations = context, chart, window, stations

    def compare(self) -> None:
        """Switch the comparison with upstream gauges."""
        message = _("Only the selected gauge is drawn.")
        if self._stations.compare():
            message = _("Upstream gauges are drawn with the selected one.")
        self._context.notifier.inform(message)

    def ask(self) -> None:
        """Ask for a file and export the chart."""
        station = self._station
        if station is None:
            return
        filters = [_("Picture (*.png)"), _("Table for Excel (*.csv)")]
        name = dated_name(plain_code(station.code), at=self._context.state.now(), suffix=".png")
        dialog = save_dialog(self._window, _("Save the chart"), name=name, filters=filters)
        ask_for_path(dialog, self.save)

    def save(self, file: Path) -> None:
        """Export the chart in the format of the file's suffix."""
        station = self._station
        if station is None:
            return
        ending = file.suffix.lower()
        if ending not in _ENDINGS:
            message = _("The file name must end in one of: {endings}").format(endings=", ".join(_ENDINGS))
            self._context.notifier.refuse(message)
            return
        content = self._picture(station) if ending == ".png" else self._table(station)
        self._write(file, content)

    @property
    def _station(self) -> Station | None:
        return self._stations.day.station if self._stations.day is not None else None

    def _picture(self, station: Station) -> bytes:
        message = _("Tabuah, data as of {time}, source: {source}")
        when = format_moment(self._context.state.now())
        return render_chart_png(self._chart, message.format(time=when, source=station.owner or station.code))

    def _table(self, station: Station) -> Callable[[], bytes]:
        showing = self._stations
        assert showing.day is not None
        day, forecast, known = showing.day, showing.forecast, self._context.state.snapshot.stations
        main = station.main_parameter
        parts = [] if main is None else [(station, main.code, day.values)]
        if station.river is not None:
            parts += [(gauge, "stage_m", values) for gauge, values in showing.compared]
            parts += [(known[code], "rain_mm", fallen) for code, fallen in (day.rain or {}).items() if code in known]
        series = [
            ChartedSeries(
                station=measured,
                parameter=parameter,
                values=values,
                kind=_("measured"),
                corrections=day.corrections if values is day.values else (),
            )
            for measured, parameter, values in parts
        ]
        return lambda: encode_chart_csv(series, forecast, station)

    def _write(self, file: Path, content: bytes | Callable[[], bytes]) -> None:
        def work(_context: None) -> None:
            write_file(file, content if isinstance(content, bytes) else content())

        def done(_nothing: None) -> None:
            self._context.notifier.saved(_("Chart saved to {file}.").format(file=file), file)

        self._context.work.run(work, on_done=done, on_error=self._context.notifier.error)
