"""Charting: the chart as a picture or as a table, and the gauges above beside it."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from tabuah.console.reports.chart_file import ChartedSeries, chart_as_csv
from tabuah.console.reports.whole_file import write_file
from tabuah.console.window.file_dialogs import save_dialog
from tabuah.console.window.showing.stations import StationShowing
from tabuah.console.window.workplace import Workplace
from tabuah.operations.stations.station import Station
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_moment
from tabuah.widgets.charts.chart_picture import png_of
from tabuah.widgets.charts.station_chart import StationChart

_ENDINGS: Final = (".png", ".csv")


class Charting(QObject):
    """Reads what is shown when it is asked for; written on the worker."""

    def __init__(self, place: Workplace, chart: StationChart, window: QWidget) -> None:
        super().__init__(chart)
        self._at, self._chart, self._window = place, chart, window
        self._stations: StationShowing | None = None

    def follow(self, stations: StationShowing) -> None:
        """Save what this shows."""
        self._stations = stations

    def compare(self) -> None:
        """Draw the gauges above beside the one that is chosen, or no longer."""
        if self._stations is None:
            return
        told = _("Only the chosen gauge is drawn.")
        if self._stations.compare():
            told = _("The gauges above are drawn beside the chosen one.")
        self._at.teller.inform(told)

    def ask(self) -> None:
        """Ask where the chart goes, as a picture or a table."""
        station = self._station
        if station is None:
            return
        filters = [_("Picture (*.png)"), _("Table for Excel (*.csv)")]
        dialog = save_dialog(self._window, _("Save the chart"), name=f"{station.code}.png", filters=filters)
        dialog.fileSelected.connect(lambda chosen: self.save(Path(chosen)))
        dialog.open()

    def save(self, file: Path) -> None:
        """Write the chart; the file's ending says which form."""
        station = self._station
        if station is None:
            return
        ending = file.suffix.lower()
        if ending not in _ENDINGS:
            told = _("The file must end in one of: {endings}").format(endings=", ".join(_ENDINGS))
            self._at.teller.refuse(told)
            return
        content = self._picture(station) if ending == ".png" else self._table(station)
        self._write(file, content)

    @property
    def _station(self) -> Station | None:
        return self._stations.day.station if self._stations is not None and self._stations.day is not None else None

    def _picture(self, station: Station) -> bytes:
        told = _("Tabuah, data as of {time}, source: {source}")
        when = format_moment(self._at.room.now())
        return png_of(self._chart, told.format(time=when, source=station.owner or station.code))

    def _table(self, station: Station) -> Callable[[], bytes]:
        showing = self._stations
        assert showing is not None
        assert showing.day is not None
        day, forecast, known = showing.day, showing.forecast, self._at.room.snapshot.stations
        main = station.main_parameter
        parts = [] if main is None else [(station, main.code, day.values)]
        if station.river is not None:
            parts += [(gauge, "stage_m", values) for gauge, values in showing.compared]
            parts += [(known[code], "rain_mm", fallen) for code, fallen in (day.rain or {}).items() if code in known]
        series = [
            ChartedSeries(station=measured, parameter=parameter, values=values, kind=_("measured"))
            for measured, parameter, values in parts
        ]
        return lambda: chart_as_csv(series, forecast, station)

    def _write(self, file: Path, content: bytes | Callable[[], bytes]) -> None:
        def work(_context: None) -> None:
            write_file(file, content if isinstance(content, bytes) else content())

        def done(_nothing: None) -> None:
            self._at.teller.done(_("The chart is in {file}.").format(file=file))

        self._at.work.run(work, on_done=done, on_error=self._at.teller.error)
