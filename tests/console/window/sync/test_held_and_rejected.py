"""The held and rejected trays by keyboard, with a real server, for each role."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from support.console_sync import sync
from support.running_server import PASSWORD, RunningServer, start_server
from support.window_fixture import OpenWindow, open_second_store, report_in_second_store, visible_texts

from tabuah.operations.codes import Severity
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.held_entries import refuse_held
from tabuah.operations.incidents.drafts import edit_incident, note_incident, report_figures
from tabuah.operations.incidents.entry_bodies import Figures, IncidentEdited
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.people.entry_bodies import UserChanged
from tabuah.operations.people.roles import Role
from tabuah.storage.sync.push import push_outbox
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.incidents.incident_board import CardView

ELSEWHERE = (
    IncidentPlace(lon_deg=100.64, lat_deg=-0.81, nagari="Selayo", kecamatan="Kubung"),
    IncidentPlace(lon_deg=100.61, lat_deg=-0.79, nagari="Gaung", kecamatan="Kubung"),
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as running:
        running.add_user("ani")
        running.add_user("posko", Role.FIELD)
        running.add_user("kalaksa", Role.SUPERVISOR)
        yield running


def log_in_and_sync(directory: Path, server: RunningServer, user: str) -> None:
    with open_second_store(directory) as store:
        log_in(store, url=server.url, user=user, password=PASSWORD)
        sync(store)


def change_role(server: RunningServer, user: str, role: Role) -> None:
    body = encode_body(UserChanged(role=role))
    server.journal.append_drafts([Draft(subject=subject_of("user", user), kind="user.changed", body=body)])


def hold_work(directory: Path, server: RunningServer, *, whole_report: bool = False) -> str:
    """Change the field office's role while it is offline and back, so that its work is held."""
    with open_second_store(directory) as store:
        log_in(store, url=server.url, user="posko", password=PASSWORD)
        sync(store)
        incident = report_in_second_store(store)
        if not whole_report:
            sync(store)
            store.save(edit_incident(store.incident(incident.id), IncidentEdited(severity=Severity.CATASTROPHIC)))
        store.save(note_incident(store.incident(incident.id), "air setinggi lutut"))
        change_role(server, "posko", Role.VIEWER)
        with ConsoleSession(store).client as client:
            push_outbox(store, client)
        change_role(server, "posko", Role.FIELD)
    return incident.number


def refuse_held_work(directory: Path, server: RunningServer, reason: str) -> None:
    with open_second_store(directory) as store:
        log_in(store, url=server.url, user="kalaksa", password=PASSWORD)
        sync(store)
        for aside in store.held():
            store.save(refuse_held(aside.entry, reason))
        sync(store)


def badge(window: OpenWindow) -> str:
    return window.shell.parts.header.sync_badge.accessibleName()


def accessible_rows(view: CardView) -> list[str]:
    """Return what a screen reader reads of the rows."""
    model = view.model()
    rows = (model.index(row, 0) for row in range(model.rowCount()))
    return [str(model.data(row, Qt.ItemDataRole.AccessibleTextRole)) for row in rows]


def titles_on_server(server: RunningServer) -> list[str]:
    return [state.value.title for state in server.journal.states_of_kind("incident").values() if state.value]


def tray(window: OpenWindow) -> str:
    return visible_texts(window.shell.parts.trays)


def snapshot(window: OpenWindow):
    return window.console.services.state.snapshot


def test_held_entries_are_released_one_by_one(open_console, data, tmp_path, server) -> None:
    number = hold_work(tmp_path / "posko", server)
    log_in_and_sync(data, server, "kalaksa")
    window = open_console()
    window.until(lambda: "2 ditahan" in badge(window))
    window.until(lambda: "2 ditahan" in visible_texts(window.shell.parts.status))
    window.key(Qt.Key.Key_B)
    window.until(lambda: "Keparahan: Katastropik" in tray(window))
    assert all(word in tray(window) for word in (number, "posko", "Peran pengguna"))
    assert window.incident.number == number, "the details show what it is about"
    window.key(Qt.Key.Key_Return)
    window.until(lambda: window.incidents[0].severity is Severity.CATASTROPHIC)
    window.until(lambda: "air setinggi lutut" in tray(window))
    window.key(Qt.Key.Key_Return)
    window.until(lambda: snapshot(window).counts.held == 0)
    window.until(lambda: "Tidak ada entri yang ditahan" in tray(window))
    window.key(Qt.Key.Key_Escape)
    assert not window.shell.parts.lower.shows_trays
    window.until(lambda: "dilepas penyelia" in window.details_text)


def test_held_entry_is_refused_with_reason(open_console, data, tmp_path, server) -> None:
    hold_work(tmp_path / "posko", server)
    log_in_and_sync(data, server, "kalaksa")
    window = open_console()
    window.until(lambda: snapshot(window).counts.held == 2)
    window.key(Qt.Key.Key_B)
    window.until(lambda: window.shell.parts.trays.current is not None)
    window.key(Qt.Key.Key_X)
    window.write("kata posko sendiri keliru")
    window.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    window.until(lambda: snapshot(window).counts.held == 1)
    window.until(lambda: "ditolak penyelia" in window.details_text)
    with open_second_store(tmp_path / "posko") as store:
        window.until(lambda: len(server.journal.states_of_kind("incident")) == 1)
        window.until(lambda: (sync(store), len(store.rejections()))[1] == 1)
        assert store.rejections()[0].root.refusal_reason == "kata posko sendiri keliru"


def test_held_tray_is_read_only_without_supervisor(open_console, data, tmp_path, server) -> None:
    hold_work(tmp_path / "posko", server)
    log_in_and_sync(data, server, "ani")
    window = open_console()
    window.until(lambda: snapshot(window).counts.held == 2)
    window.key(Qt.Key.Key_B)
    window.until(lambda: window.shell.parts.trays.current is not None)
    window.key(Qt.Key.Key_Return)
    assert "Penyelia yang memutuskan" in window.find(KeyButton, "tray_decide").toolTip()
    assert snapshot(window).counts.held == 2


def test_held_report_stays_visible_to_author(open_console, tmp_path, server) -> None:
    number = hold_work(tmp_path / "posko", server, whole_report=True)
    log_in_and_sync(tmp_path / "posko", server, "posko")
    window = open_console(tmp_path / "posko")
    window.until(lambda: len(snapshot(window).held_reports) == 1)
    assert window.incidents == [], "it exists for nobody yet"
    view = window.find(CardView, "board_list")
    window.until(lambda: any(number in words and "menunggu penyelia" in words for words in accessible_rows(view)))
    (report,) = snapshot(window).held_reports
    window.selection.choose_incident(report)
    window.until(lambda: "laporan ini menunggu penyelia" in window.details_text)
    window.until(lambda: "air setinggi lutut" in window.details_text)
    window.until(lambda: "tulisan Anda" in window.details_text)
    window.key(Qt.Key.Key_C)
    window.wait_for_toast("menunggu penyelia")


def test_held_report_is_shown_to_supervisor(open_console, data, tmp_path, server) -> None:
    number = hold_work(tmp_path / "posko", server, whole_report=True)
    log_in_and_sync(data, server, "kalaksa")
    window = open_console()
    window.until(lambda: len(snapshot(window).held_reports) == 1)
    window.key(Qt.Key.Key_B)
    window.until(lambda: number in window.details_text)
    window.until(lambda: "sampai dilepas penyelia" in window.details_text)
    assert accessible_rows(window.find(CardView, "board_list")) == [], "it is no card of this console"
    window.key(Qt.Key.Key_Down)
    window.until(lambda: tray(window).count(number) == 1 and "air setinggi lutut" in tray(window))


def test_details_show_held_entries_and_open_tray(qtbot, open_console, data, tmp_path, server) -> None:
    hold_work(tmp_path / "posko", server)
    log_in_and_sync(data, server, "kalaksa")
    window = open_console()
    window.until(lambda: snapshot(window).counts.held == 2)
    window.choose(window.incidents[0])
    window.until(lambda: "Ditahan" in window.details_text)
    window.until(lambda: "ditahan: menunggu penyelia" in window.details_text)
    qtbot.mouseClick(window.find(KeyButton, "open_held"), Qt.MouseButton.LeftButton)
    assert window.shell.parts.lower.shows_trays


def test_rejected_entry_is_corrected_and_sent(open_console, tmp_path, server) -> None:
    hold_work(tmp_path / "posko", server, whole_report=True)
    refuse_held_work(tmp_path / "kalaksa", server, "tulis nama jorongnya")
    log_in_and_sync(tmp_path / "posko", server, "posko")
    window = open_console(tmp_path / "posko")
    window.until(lambda: "2 ditolak" in badge(window))
    window.key(Qt.Key.Key_B, Qt.KeyboardModifier.ShiftModifier)
    window.until(lambda: "Ditolak kalaksa: tulis nama jorongnya" in tray(window))
    window.until(lambda: "• air setinggi lutut" in tray(window))
    window.key(Qt.Key.Key_E)
    window.find(QPlainTextEdit, "tray_text").setPlainText("Banjir, Jorong Simpang")
    window.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    window.wait_for_toast("2 perubahan dikirim ulang")
    window.until(lambda: [i.title for i in window.incidents] == ["Banjir, Jorong Simpang"])
    window.until(lambda: snapshot(window).counts.rejected == 0)
    window.until(lambda: titles_on_server(server) == ["Banjir, Jorong Simpang"])


def test_rejected_entry_is_dismissed_and_restored(open_console, tmp_path, server) -> None:
    hold_work(tmp_path / "posko", server)
    refuse_held_work(tmp_path / "kalaksa", server, "sudah ada")
    log_in_and_sync(tmp_path / "posko", server, "posko")
    window = open_console(tmp_path / "posko")
    window.until(lambda: snapshot(window).counts.rejected == 2)
    window.key(Qt.Key.Key_B, Qt.KeyboardModifier.ShiftModifier)
    window.until(lambda: window.shell.parts.trays.current is not None)
    window.key(Qt.Key.Key_X)
    window.until(lambda: snapshot(window).counts.rejected == 1)
    window.wait_for_toast("Disingkirkan")
    window.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    window.until(lambda: snapshot(window).counts.rejected == 2)


def test_sync_badge_opens_trays_with_content(qtbot, open_console, data, tmp_path, server) -> None:
    hold_work(tmp_path / "posko", server)
    log_in_and_sync(data, server, "kalaksa")
    window = open_console()
    window.until(lambda: "2 ditahan" in badge(window))
    qtbot.mouseClick(window.shell.parts.header.sync_badge, Qt.MouseButton.LeftButton)
    button = window.find(KeyButton, "sync_held")
    assert "2" in button.text()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    window.until(lambda: window.shell.parts.lower.shows_trays)


def test_empty_trays_show_message(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_B)
    assert "Tidak ada entri yang ditahan" in tray(window)
    window.key(Qt.Key.Key_Right)
    assert "Tidak ada yang ditolak" in tray(window)
    window.key(Qt.Key.Key_Escape)
    assert not window.shell.parts.lower.shows_trays


def test_open_tray_keeps_letters_from_shortcuts(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_B)
    window.key(Qt.Key.Key_G)  # N and J alone work in every panel
    assert not window.shell.parts.palette.isVisible()


def make_place_conflict(data: Path, elsewhere: Path, server: RunningServer) -> str:
    """Let two consoles move one incident; ours writes twice and arrives second."""
    with open_second_store(data) as ours, open_second_store(elsewhere) as theirs:
        log_in(ours, url=server.url, user="ani", password=PASSWORD)
        incident = report_in_second_store(ours)
        sync(ours)
        log_in(theirs, url=server.url, user="posko", password=PASSWORD)
        sync(theirs)
        theirs.save(edit_incident(theirs.incident(incident.id), IncidentEdited(place=ELSEWHERE[0])))
        sync(theirs)
        for place in (ELSEWHERE[0], ELSEWHERE[1]):
            shifted = IncidentPlace(lon_deg=place.lon_deg, lat_deg=place.lat_deg + 0.005, nagari=place.nagari)
            ours.save(edit_incident(ours.incident(incident.id), IncidentEdited(place=shifted)))
        sync(ours)
    return incident.number


def test_place_conflict_is_compared_on_map(open_console, data, tmp_path, server) -> None:
    number = make_place_conflict(data, tmp_path / "posko", server)
    window = open_console()
    canvas = window.shell.parts.map.canvas
    window.until(lambda: snapshot(window).counts.conflicts == 1)
    window.key(Qt.Key.Key_K)
    assert canvas.compared.codes == ("base", "current", "proposed")
    words = visible_texts(window.shell.parts.resolver)
    assert all(word in words for word in (number, "Nagari Selayo", "Nagari Gaung", "m dari yang berlaku"))
    window.until(lambda: "bergantung pada perubahan berikut" in visible_texts(window.shell.parts.resolver))
    window.key(Qt.Key.Key_Right)
    assert canvas.compared.strong == "base"
    window.key(Qt.Key.Key_3)
    window.until(lambda: window.incidents[0].place.nagari == "Gaung")
    window.until(lambda: canvas.compared.codes == ())
    window.wait_for_toast("ubah lagi isiannya")


def test_postponed_conflict_clears_map(open_console, data, tmp_path, server) -> None:
    make_place_conflict(data, tmp_path / "posko", server)
    window = open_console()
    window.until(lambda: snapshot(window).counts.conflicts == 1)
    window.key(Qt.Key.Key_K)
    window.key(Qt.Key.Key_Escape)
    assert window.shell.parts.map.canvas.compared.codes == ()


def test_differing_sources_are_shown_with_figures(open_console, data) -> None:
    with open_second_store(data) as store:
        incident = report_in_second_store(store)
        for source, people in (("PMI", 60), ("Wali nagari", 42)):
            figures = Figures(displaced_people=people, displaced_households=11)
            store.save(report_figures(store.incident(incident.id), figures, source=source))
    window = open_console()
    window.until(lambda: len(window.incidents) == 1)
    window.choose(window.incidents[0])
    window.until(lambda: "42 (Wali nagari" in window.details_text)
    assert "60 (PMI" in window.details_text
    assert "selisih 18" in window.details_text
    assert "mengungsi · 11 KK" in window.details_text
    assert window.find(QWidget, "figure_tiles").isVisible()


def test_renewed_key_is_reported_with_advice(open_console, data) -> None:
    with open_second_store(data) as store:
        report_in_second_store(store)
        store.answer_fork()
    window = open_console()
    window.wait_for_toast("salinan lain", "kunci baru", "pakai hanya satu dari kedua salinan")
    assert window.shell.parts.header.sync_badge.toolTip().count("salinan lain") == 1
