"""Reports and exports from the window."""

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from window_room import OpenWindow, beside, report_beside

from tabuah.console.reports.incident_report import ReportKind


@pytest.fixture
def reported(window: OpenWindow, data: Path) -> OpenWindow:
    with beside(data) as store:
        report_beside(store)
    window.until(lambda: len(window.incidents) == 1)
    window.choose(window.incidents[0])
    return window


def test_the_initial_report_is_a_pdf_and_the_window_goes_on(reported: OpenWindow, tmp_path: Path) -> None:
    file = tmp_path / "laporan.pdf"
    reported.shell.doing.issuing.write_pdf(reported.incident.id, ReportKind.INITIAL, file)
    reported.until_toast("laporan.pdf")
    content = file.read_bytes()
    assert content.startswith(b"%PDF")
    assert len(content) > 20_000


def test_a_report_that_cannot_be_written_leaves_nothing_half_done(reported: OpenWindow, tmp_path: Path) -> None:
    file = tmp_path / "tidak-ada" / "laporan.pdf"
    reported.shell.doing.issuing.write_pdf(reported.incident.id, ReportKind.INITIAL, file)
    reported.until(lambda: "laporan.pdf" in reported.toasts)
    assert not file.parent.exists()


def test_the_chat_text_is_in_the_clipboard(reported: OpenWindow) -> None:
    reported.shell.doing.issuing.copy_chat_text(reported.incident.id)
    reported.until_toast("papan klip")
    assert reported.incident.number in QGuiApplication.clipboard().text()


def test_the_list_is_exported_in_the_form_its_name_tells(reported: OpenWindow, tmp_path: Path) -> None:
    file = tmp_path / "insiden.csv"
    reported.shell.doing.issuing.write_list(file)
    reported.until_toast("insiden.csv")
    assert reported.incident.number in file.read_text(encoding="utf-8-sig")
    reported.shell.doing.issuing.write_list(tmp_path / "insiden.docx")
    reported.until_toast("xlsx")
