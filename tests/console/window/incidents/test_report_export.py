"""Reports and exports from the window."""

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from support.window_fixture import OpenWindow, open_second_store, report_in_second_store

from tabuah.console.reports.after_action_sources import read_incident_after_action
from tabuah.console.reports.incident_report import ReportKind


@pytest.fixture
def reported(window: OpenWindow, data: Path) -> OpenWindow:
    with open_second_store(data) as store:
        report_in_second_store(store)
    window.until(lambda: len(window.incidents) == 1)
    window.choose(window.incidents[0])
    return window


def test_initial_report_is_written_as_pdf(reported: OpenWindow, tmp_path: Path) -> None:
    file = tmp_path / "laporan.pdf"
    reported.commands.incidents.report_export.write_pdf(reported.incident.id, ReportKind.INITIAL, file)
    reported.wait_for_toast("laporan.pdf")
    content = file.read_bytes()
    assert content.startswith(b"%PDF")
    assert len(content) > 20_000


def test_failed_report_leaves_no_partial_file(reported: OpenWindow, tmp_path: Path) -> None:
    file = tmp_path / "tidak-ada" / "laporan.pdf"
    reported.commands.incidents.report_export.write_pdf(reported.incident.id, ReportKind.INITIAL, file)
    reported.until(lambda: "laporan.pdf" in reported.toasts)
    assert not file.parent.exists()


def test_chat_text_is_copied_to_clipboard(reported: OpenWindow) -> None:
    reported.commands.incidents.report_export.copy_chat_text(reported.incident.id)
    reported.wait_for_toast("papan klip")
    assert reported.incident.number in QGuiApplication.clipboard().text()


def test_incident_list_format_follows_suffix(reported: OpenWindow, tmp_path: Path) -> None:
    file = tmp_path / "insiden.csv"
    reported.commands.incidents.report_export.write_list(file)
    reported.wait_for_toast("insiden.csv")
    assert reported.incident.number in file.read_text(encoding="utf-8-sig")
    reported.commands.incidents.report_export.write_list(tmp_path / "insiden.docx")
    reported.wait_for_toast("xlsx")


def test_special_report_is_written_in_the_format_of_the_suffix(reported: OpenWindow, tmp_path: Path) -> None:
    after_action, key = reported.commands.incidents.report_export.after_action, reported.incident.id
    file = tmp_path / "khusus.txt"
    after_action.write(lambda store: read_incident_after_action(store, key), file)
    reported.wait_for_toast("khusus.txt")
    assert reported.incident.number in file.read_text()
    after_action.write(lambda store: read_incident_after_action(store, key), tmp_path / "khusus.docx")
    reported.wait_for_toast("xlsx")


def test_special_report_of_a_day_refuses_a_day_that_is_none(reported: OpenWindow) -> None:
    reported.commands.incidents.report_export.after_action.begin_day()
    card = reported.context.confirm
    assert card.isVisible()
    reported.commands.incidents.report_export.after_action._on_day_typed("kemarin")
    reported.wait_for_toast("kemarin")
