"""The incident performance window: periods by keys, incidents behind a number, places on the map, and files."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from support.window_fixture import KOTO_BARU, OpenWindow, open_second_store, visible_texts

from tabuah.console.reports.performance_export import PerformanceFormat
from tabuah.operations.aid.aid_line import AidKind, AidPlace, AidValues
from tabuah.operations.aid.drafts import record_aid
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.incidents.drafts import move_incident, report_incident
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.incidents.performance import PerformanceRequest
from tabuah.operations.incidents.periods import PeriodKind, period_until
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.widgets.incidents.performance_dialog import IncidentPerformanceDialog

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NOW = datetime.now(UTC).replace(microsecond=0)


class SetClock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def report_fires(data: Path) -> list[str]:
    """Report a fire of 90 days ago, then six within an hour, each reached after its number times four minutes."""
    clock = SetClock()
    store = ConsoleStore(data, clock=clock)
    ids = []
    try:
        for number in range(7):
            start = NOW - (timedelta(minutes=50 - number) if number else timedelta(days=90))
            clock.now = start
            key = new_uuid(clock.now)
            body = IncidentReported(
                number=store.next_incident_number(),
                hazard=Hazard.FIRE,
                title=f"Kebakaran {number}",
                severity=Severity.SEVERE,
                channel=Channel.PHONE,
                place=KOTO_BARU,
            )
            store.save(report_incident(body, incident_id=key))
            for status in (Status.VERIFIED, Status.ON_SCENE):
                clock.now = start + timedelta(minutes=4 * number)
                store.save(move_incident(store.incident(key), status))
            ids.append(key)
        clock.now = NOW
        store.save(move_incident(store.incident(ids[0]), Status.FALSE_REPORT))
    finally:
        store.close()
    return ids


@pytest.fixture
def fires(data: Path) -> list[str]:
    return report_fires(data)


@pytest.fixture
def window(open_console, fires: list[str]) -> OpenWindow:
    return open_console()


@pytest.fixture
def dialog(window: OpenWindow) -> IncidentPerformanceDialog:
    window.key(Qt.Key.Key_F, CTRL, SHIFT)
    found = window.commands.incidents.performance.dialog
    assert found is not None
    window.until(lambda: "6 insiden" in visible_texts(found))
    return found


def show_page(dialog: IncidentPerformanceDialog, code: str) -> None:
    dialog.pages.setCurrentIndex(dialog.pages.findData(code))


def test_window_shows_response_times_and_opens_the_incidents_behind_them(
    window: OpenWindow, dialog: IncidentPerformanceDialog, fires: list[str]
) -> None:
    dialog.grid.choose_row(5)  # from the report to the arrival
    assert [cell.text for cell in dialog.grid.table.rows[5]][1:4] == ["6", "14 mnt", "22 mnt"]
    assert dialog.incidents.chosen == fires[6]  # the longest first
    window.qtbot.keyClick(dialog.grid, Qt.Key.Key_Return)
    window.qtbot.keyClick(dialog.incidents, Qt.Key.Key_Down)
    window.qtbot.keyClick(dialog.incidents, Qt.Key.Key_Return)
    window.until(lambda: window.selection.incident == fires[5])


def test_tile_opens_incidents_and_year_has_the_false_report(
    window: OpenWindow, dialog: IncidentPerformanceDialog, fires: list[str]
) -> None:
    dialog.periods.setFocus()
    while dialog.periods.current != PeriodKind.YEAR:
        window.qtbot.keyClick(dialog.periods, Qt.Key.Key_Right)
    window.until(lambda: dialog.tiles._buttons[5].tile.value == "1")
    window.qtbot.keyClick(dialog.tiles._buttons[5], Qt.Key.Key_Space)
    assert dialog.incidents.chosen == fires[0]
    window.qtbot.keyClick(dialog.incidents, Qt.Key.Key_Return)  # it ended, and comes from the archive
    window.until(lambda: window.selection.incident == fires[0])


def test_own_period_is_read_from_its_fields(window: OpenWindow, dialog: IncidentPerformanceDialog) -> None:
    dialog.periods.setFocus()
    window.qtbot.keyClick(dialog.periods, Qt.Key.Key_Left)
    while dialog.periods.current != PeriodKind.OWN:
        window.qtbot.keyClick(dialog.periods, Qt.Key.Key_Left)
    dialog.since.setText("bukan waktu")
    window.qtbot.keyClick(dialog.since, Qt.Key.Key_Return)
    assert "bukan waktu" in visible_texts(dialog)
    dialog.since.setText("2020-01-01")
    dialog.until.setText("2020-02-01")
    window.qtbot.keyClick(dialog.until, Qt.Key.Key_Return)
    window.until(lambda: "0 insiden" in visible_texts(dialog))
    assert dialog.tiles._buttons[2].tile.value == "–"


def test_recurring_place_is_shown_on_the_map(window: OpenWindow, dialog: IncidentPerformanceDialog) -> None:
    show_page(dialog, "recurring")
    assert dialog.grid.table.rows[0][0].text == "Kebakaran · Koto Baru, Kubung"
    window.qtbot.keyClick(dialog.grid, Qt.Key.Key_L)
    window.until(lambda: window.context.canvas.view.metres_per_px <= 40.0)


def test_needs_and_aid_open_the_incidents_behind_each_number(
    window: OpenWindow, dialog: IncidentPerformanceDialog, fires: list[str], data: Path
) -> None:
    show_page(dialog, "aid")
    assert dialog.grid.table.rows == ()
    place = AidPlace(incident=fires[3])
    with open_second_store(data) as store:
        for kind, milli in ((AidKind.NEEDED, 10_000), (AidKind.RECEIVED, 4_500)):
            values = AidValues(kind=kind, item="Selimut", unit="lembar", quantity_milli=milli, place=place)
            store.save(record_aid(new_uuid(store.now()), values))
    window.until(lambda: len(dialog.grid.table.rows) == 1)
    (row,) = dialog.grid.table.rows
    assert [cell.text for cell in row] == ["Selimut (lembar)", "10", "4,5 (45%)", "5,5", "4,5"]
    assert {cell.ids for cell in row} == {(fires[3],)}


def test_bar_selects_the_row_of_its_group(window: OpenWindow, dialog: IncidentPerformanceDialog) -> None:
    show_page(dialog, "hours")
    dialog.chart.bar_chosen.emit(3)
    assert dialog.grid.currentIndex().row() == 3


def test_new_incident_is_measured_while_the_window_is_open(
    window: OpenWindow, dialog: IncidentPerformanceDialog, data: Path
) -> None:
    with open_second_store(data) as store:
        body = IncidentReported(number=store.next_incident_number(), hazard=Hazard.FLOOD, title="Banjir")
        store.save(report_incident(body, incident_id=new_uuid(store.now())))
    window.until(lambda: "7 insiden" in visible_texts(dialog))


def test_figures_are_saved_as_xlsx_and_pdf(
    window: OpenWindow, dialog: IncidentPerformanceDialog, tmp_path: Path
) -> None:
    request = PerformanceRequest(period=period_until(PeriodKind.DAYS_30, datetime.now(UTC)))
    for file_format in (PerformanceFormat.XLSX, PerformanceFormat.PDF):
        file = tmp_path / f"kinerja.{file_format}"
        window.commands.incidents.performance.export(request, file_format, file)
        window.until(file.exists)
    assert openpyxl.load_workbook(tmp_path / "kinerja.xlsx").sheetnames[0] == "Ringkasan"
    assert (tmp_path / "kinerja.pdf").read_bytes().startswith(b"%PDF")
