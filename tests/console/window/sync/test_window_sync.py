"""The window with a real server.

Log-in, badge, remote changes, live readings, conflicts, offline work.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import msgspec
from PySide6.QtCore import Qt
from support.console_sync import sync
from support.running_server import PASSWORD, RunningServer, start_server
from support.window_fixture import (
    GAUGE,
    OpenWindow,
    log_in_and_sync,
    open_second_store,
    register_gauge,
    report_in_second_store,
    visible_texts,
)

from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.stations.station_updates import StationUpdates
from tabuah.operations.codes import Severity
from tabuah.operations.incidents.drafts import edit_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Reading, ReadingBatch
from tabuah.server.administration import revoke_device
from tabuah.storage.sync.data_saver import DataSaverFile, DataSaverSettings
from tabuah.storage.sync.session import log_in
from tabuah.widgets.map.content import MarkerClass


def badge(window: OpenWindow) -> str:
    return window.shell.parts.header.sync_badge.accessibleName()


def test_log_in_brings_window_online(open_console, data: Path, server: RunningServer) -> None:
    with open_second_store(data) as store:
        report_in_second_store(store)
    window = open_console(server_url=server.url)
    window.until(lambda: window.shell.parts.side.page is SidePage.LOGIN)
    window.until(lambda: "Hanya di komputer ini · 1 menunggu" in badge(window))
    window.edit("login_user").setText("ani")
    window.edit("login_password").setText(PASSWORD)
    window.edit("login_password").setFocus()
    window.key(Qt.Key.Key_Return)
    window.until(lambda: "Tersinkron · 0 menunggu" in badge(window))
    window.until(lambda: "ani · Operator" in visible_texts(window.shell.parts.header))
    assert len(server.journal.states_of_kind("incident")) == 1
    window.until(lambda: not window.console.services.state.snapshot.pending)


def test_wrong_password_is_shown_in_form(open_console, data: Path, server: RunningServer) -> None:
    window = open_console(server_url=server.url)
    window.until(lambda: window.shell.parts.side.page is SidePage.LOGIN)
    window.edit("login_user").setText("ani")
    window.edit("login_password").setText("salah-sekali")
    window.edit("login_password").setFocus()
    window.key(Qt.Key.Key_Return)
    window.until(lambda: "kata sandi salah" in visible_texts(window.shell.parts.login_form))
    assert window.edit("login_password").text() == ""
    assert window.edit("login_user").text() == "ani"


def test_second_user_of_the_desk_logs_in(open_console, data: Path, server: RunningServer) -> None:
    log_in_and_sync(data, server, "ani")
    with open_second_store(data) as store:
        report_in_second_store(store, title="Dari ani")
    window = open_console()
    window.until(lambda: "Tersinkron · 0 menunggu" in badge(window))
    window.commands.sync.login.begin()
    window.edit("login_user").setText("posko")
    window.edit("login_password").setText(PASSWORD)
    window.edit("login_password").setFocus()
    window.key(Qt.Key.Key_Return)
    window.until(lambda: "posko" in visible_texts(window.shell.parts.header))
    with open_second_store(data) as store:
        report_in_second_store(store, title="Dari posko")
    window.until(lambda: len(server.journal.states_of_kind("incident")) == 2)
    reporters = {state.value.reporter for state in server.journal.states_of_kind("incident").values()}
    assert reporters == {"ani", "posko"}


def test_stolen_device_is_wiped_under_an_open_window(open_console, data: Path, server: RunningServer) -> None:
    log_in_and_sync(data, server, "ani")
    with open_second_store(data) as store:
        report_in_second_store(store)
        device = store.device
    window = open_console()
    window.until(lambda: len(window.incidents) == 1)
    window.until(lambda: window.console.services.state.link.live)
    revoke_device(server.journal, device, "dicuri", stolen=True)
    window.key(Qt.Key.Key_F5)
    window.until(lambda: "dilaporkan dicuri" in window.console.services.state.link.problem)
    window.until(lambda: window.incidents == [])


def test_offline_window_works_and_shows_since_when(open_console, data: Path, tmp_path: Path) -> None:
    with start_server(tmp_path / "server") as server:
        server.add_user("ani")
        log_in_and_sync(data, server, "ani")
    window = open_console()
    window.until(lambda: "Luring sejak" in badge(window))
    window.key(Qt.Key.Key_N)
    window.write("Koto Baru")
    window.key(Qt.Key.Key_Return)
    window.write("B")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: "1 menunggu" in badge(window))
    window.until(lambda: len(window.incidents) == 1)
    assert "tidak terjangkau" in visible_texts(window.shell.parts.status)


def test_remote_report_appears_in_window(open_console, data: Path, tmp_path: Path, server: RunningServer) -> None:
    log_in_and_sync(data, server, "ani")
    window = open_console()
    window.until(lambda: window.console.services.state.link.live)
    with open_second_store(tmp_path / "posko") as other:
        log_in(other, url=server.url, user="posko", password=PASSWORD)
        number = report_in_second_store(other, title="Longsor di Sirukam").number
        sync(other)
    window.until(lambda: [incident.number for incident in window.incidents] == [number])


def test_live_readings_update_marker_and_chart(open_console, data: Path, server: RunningServer) -> None:
    register_gauge(server)
    log_in_and_sync(data, server, "ani")
    window = open_console()
    canvas = window.shell.parts.map.canvas
    window.until(lambda: window.console.services.state.link.live)
    window.until(lambda: list(canvas.content.stations.classes) == [MarkerClass.NO_DATA])
    send(server, [(2, 1.10), (1, 1.12), (0, 1.15)])
    window.until(lambda: list(canvas.content.stations.classes) == [MarkerClass.NORMAL])
    window.until(lambda: "1,15 m" in window.shell.parts.chart.findChild(object, "chart_readout").text())
    assert "AWLR Koto Baru" in visible_texts(window.shell.parts.chart)


def test_missed_readings_are_fetched_after_reconnect(open_console, data: Path, tmp_path: Path) -> None:
    with start_server(tmp_path / "server") as server:
        server.add_user("ani")
        server.add_user("gerbang", Role.GATEWAY)
        register_gauge(server)
        log_in_and_sync(data, server, "ani")
        send(server, [(60, 1.10)])
        port = int(server.url.rpartition(":")[2])
        window = open_console()
        showing = window.updates.stations
        window.until(lambda: values_of(showing) == [1.10])
    window.key(Qt.Key.Key_F5)
    window.until(lambda: "Luring sejak" in badge(window))
    with start_server(tmp_path / "server", port=port) as server:
        send(server, [(30, 1.20)])
        window.key(Qt.Key.Key_F5)
        window.until(lambda: window.console.services.state.link.live)
        window.until(lambda: values_of(showing) == [1.10, 1.20])


def test_data_saver_key_keeps_selected_station_live(open_console, data: Path, server: RunningServer) -> None:
    register_gauge(server)
    log_in_and_sync(data, server, "ani")
    window = open_console()
    settings = DataSaverFile(data)
    window.until(lambda: window.selection.station == GAUGE.code)
    window.key(Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    window.wait_for_toast("Hemat data nyala", "AWLR Koto Baru")
    window.until(lambda: "Hemat data · 1 stasiun langsung" in visible_texts(window.shell.parts.status))
    assert settings.read() == DataSaverSettings(data_saver=True, stations=(GAUGE.code,))
    window.key(Qt.Key.Key_F5, Qt.KeyboardModifier.ControlModifier)
    window.until(lambda: settings.read().stations == ())
    settings.keep(DataSaverSettings(data_saver=False))  # as the command does in another process
    window.until(lambda: "Hemat data" not in visible_texts(window.shell.parts.status))


def test_conflict_is_settled_with_one_key(open_console, data: Path, tmp_path: Path, server: RunningServer) -> None:
    make_conflict(data, tmp_path / "posko", server)
    window = open_console()
    window.until(lambda: window.console.services.state.snapshot.counts.conflicts == 1)
    window.choose(window.incidents[0])
    window.until(lambda: "Dua orang mengubah isian yang sama" in window.details_text)
    window.until(lambda: "1 konflik" in visible_texts(window.shell.parts.status))
    window.key(Qt.Key.Key_K)
    words = visible_texts(window.shell.parts.resolver)
    assert all(word in words for word in ("Sedang", "Berat", "Katastropik", "posko", "ani"))
    window.key(Qt.Key.Key_3)
    window.until(lambda: window.incidents[0].severity is Severity.CATASTROPHIC)
    window.until(lambda: not window.shell.parts.lower.shows_conflicts)
    window.wait_for_toast("Konflik", "selesai")
    window.until(lambda: severity_on_server(server) is Severity.CATASTROPHIC)


def test_postponed_conflict_stays_open(open_console, data: Path, tmp_path: Path, server: RunningServer) -> None:
    make_conflict(data, tmp_path / "posko", server)
    window = open_console()
    window.until(lambda: window.console.services.state.snapshot.counts.conflicts == 1)
    window.key(Qt.Key.Key_K)
    window.key(Qt.Key.Key_Escape)
    assert not window.shell.parts.lower.shows_conflicts
    assert window.console.services.state.snapshot.counts.conflicts == 1


def make_conflict(data: Path, elsewhere: Path, server: RunningServer) -> None:
    """Let two consoles set different severities of one incident; ours is not sent yet."""
    with open_second_store(data) as ours, open_second_store(elsewhere) as theirs:
        log_in(ours, url=server.url, user="ani", password=PASSWORD)
        incident = report_in_second_store(ours, severity=Severity.MODERATE)
        sync(ours)
        log_in(theirs, url=server.url, user="posko", password=PASSWORD)
        sync(theirs)
        ours.save(edit_incident(ours.incident(incident.id), IncidentEdited(severity=Severity.CATASTROPHIC)))
        theirs.save(edit_incident(theirs.incident(incident.id), IncidentEdited(severity=Severity.SEVERE)))
        sync(theirs)


def values_of(showing: StationUpdates) -> list[float]:
    """Return the values of the station in the chart."""
    return showing.day.values.values.tolist() if showing.day else []


def severity_on_server(server: RunningServer) -> Severity:
    (state,) = server.journal.states_of_kind("incident").values()
    return state.value.severity


def send(server: RunningServer, values: list[tuple[float, float]]) -> None:
    """Send stage readings: minutes ago, metres."""
    now = datetime.now(UTC)
    readings = tuple(Reading(GAUGE.code, "stage_m", now - timedelta(minutes=ago), value) for ago, value in values)
    with server.client("gerbang") as client:
        reply: httpx2.Response = client.post(
            "/v1/readings", content=msgspec.json.encode(ReadingBatch(readings=readings))
        )
        assert reply.status_code == 200, reply.text
