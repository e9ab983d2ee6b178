"""The directory in the window: search, form, retire and restore, import, and the contacts of an incident."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QWidget
from support.contact_samples import PERSONAL, flood_authority, sample_contact
from support.running_server import RunningServer
from support.window_fixture import (
    KOTO_BARU,
    OpenWindow,
    identity,
    log_in_and_sync,
    open_second_store,
    report_in_second_store,
    visible_texts,
)

from tabuah.operations.contacts.contact import Contact
from tabuah.operations.contacts.drafts import register_contact
from tabuah.operations.people.roles import Role
from tabuah.storage.journal.identifiers import new_salt
from tabuah.widgets.contacts.directory_dialog import DirectoryDialog
from tabuah.widgets.incidents.incident_panel import IncidentPanel

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
CAMAT = sample_contact(name="Camat Kubung", organisation="Kecamatan Kubung", kecamatan=(KOTO_BARU.kecamatan_code,))
WALI = sample_contact(
    3, name="Wali Nagari Koto Baru", function="wali_nagari", kecamatan=(), nagari=(KOTO_BARU.nagari_code,), phones=()
)


@pytest.fixture
def window(open_console, data: Path) -> OpenWindow:
    """Return a supervisor's window with three contacts and an incident in Koto Baru."""
    with open_second_store(data) as store:
        store.remember_identity(identity(Role.SUPERVISOR))
        for contact in (CAMAT, flood_authority()):
            store.save(register_contact(contact))
        store.save(register_contact(WALI, PERSONAL, salt=new_salt()))
        report_in_second_store(store)
    opened = open_console()
    opened.until(lambda: len(contacts(opened)) == 3)
    return opened


def contacts(window: OpenWindow) -> dict[str, Contact]:
    return dict(window.console.services.state.snapshot.contacts)


def open_directory(window: OpenWindow, *modifiers: Qt.KeyboardModifier) -> DirectoryDialog:
    window.key(Qt.Key.Key_T, *modifiers)
    dialog = window.commands.contacts.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    return dialog


def names(dialog: DirectoryDialog) -> list[str]:
    return [item.text for item in dialog.list._model.items]


def child(widget: QWidget, kind: type[QWidget], name: str) -> QWidget:
    found = widget.findChild(kind, name)
    assert isinstance(found, kind), name
    return found


def field(dialog: DirectoryDialog, code: str) -> QLineEdit:
    control = dialog.form._controls[code]
    assert isinstance(control, QLineEdit)
    return control


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def test_directory_is_used_by_keyboard_alone(window: OpenWindow, tmp_path: Path):
    dialog = open_directory(window, CTRL, SHIFT)
    assert names(dialog) == ["BWS Sumatera V", "Camat Kubung", "Wali Nagari Koto Baru"]
    window.write("KUBUNG wali")
    assert names(dialog) == ["Wali Nagari Koto Baru"], "a nagari is found by its kecamatan"
    window.until(lambda: PERSONAL.phones[0] in visible_texts(dialog.card))
    window.key(Qt.Key.Key_Return)
    assert clipboard() == PERSONAL.phones[0]
    window.key(Qt.Key.Key_Escape)
    assert len(names(dialog)) == 3
    window.key(Qt.Key.Key_Up)
    window.key(Qt.Key.Key_Return)
    assert clipboard() == "0755 31123"

    window.key(Qt.Key.Key_N, CTRL, SHIFT)
    window.until(lambda: dialog.form.isVisible() and field(dialog, "name").hasFocus())
    window.write("Radio Padang FM")
    window.key(Qt.Key.Key_Return)
    assert "Tidak ada fungsi" in visible_texts(dialog.form)
    field(dialog, "function").setText("media")
    window.key(Qt.Key.Key_Return)
    assert field(dialog, "phones").hasFocus(), "a contact needs a number"
    window.write("0751 22333")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: "Radio Padang FM" in names(dialog))

    window.write("padang")
    window.key(Qt.Key.Key_E, CTRL, SHIFT)
    assert field(dialog, "name").text() == "Radio Padang FM"
    field(dialog, "hours").setText("24 jam")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: any(each.hours == "24 jam" for each in contacts(window).values()))
    window.key(Qt.Key.Key_D, CTRL, SHIFT)
    window.until(lambda: child(dialog, QLineEdit, "confirm_field").hasFocus())
    window.write("tutup siaran")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: names(dialog) == [])
    child(dialog, QCheckBox, "contacts_retired").click()
    assert names(dialog) == ["Radio Padang FM"]
    assert "tutup siaran" in visible_texts(dialog.card)


def test_retired_contact_is_restored_by_undo(window: OpenWindow):
    dialog = open_directory(window, CTRL, SHIFT)
    key = next(key for key, each in contacts(window).items() if each.name == CAMAT.name)
    dialog.list.choose(key)
    window.key(Qt.Key.Key_D, CTRL, SHIFT)
    window.until(lambda: child(dialog, QLineEdit, "confirm_field").hasFocus())
    window.write("pindah tugas")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: contacts(window)[key].retired is not None)
    window.until(window.notifier.undo_last)
    window.until(lambda: contacts(window)[key].retired is None)


def test_import_shows_refusals_and_saves_the_valid_lines(window: OpenWindow, tmp_path: Path):
    dialog = open_directory(window, CTRL, SHIFT)
    imports = window.commands.contacts.imports
    assert imports is not None
    file = tmp_path / "kontak.csv"
    file.write_text("nama;jabatan;telepon\nRSUD Arosuka;rsud;0755 1234\nPosko;posko;x\n", "utf-8")
    imports.show_file(file)
    window.until(lambda: bool(dialog.imports._items))
    assert "bukan nomor telepon" in visible_texts(dialog.imports)
    save = child(dialog, QPushButton, "contact_import_save")
    window.until(save.isEnabled)
    window.qtbot.keyClick(dialog.imports, Qt.Key.Key_Return)
    window.until(lambda: "RSUD Arosuka" in names(dialog))
    assert "Posko" not in names(dialog)
    exported = tmp_path / "ekspor.csv"
    imports.write_export(exported)
    window.until(exported.exists)
    imports.show_file(tmp_path / "tidak-ada.csv")
    window.until(lambda: not dialog.shows_import)


def test_incident_shows_its_contacts_and_notes_a_call(window: OpenWindow, data: Path):
    details = window.shell.parts.details
    assert isinstance(details, IncidentPanel)
    window.choose(window.incidents[0])
    window.until(lambda: PERSONAL.phones[0] in visible_texts(details))
    box = child(details, QWidget, "incident_contacts")
    assert visible_texts(box).index("Wali Nagari Koto Baru") < visible_texts(box).index("Camat Kubung")
    child(box, QPushButton, "incident_contact_copy").click()
    window.until(lambda: clipboard() == PERSONAL.phones[0])
    child(box, QPushButton, "incident_contact_call").click()
    window.until(lambda: "Telepon: Wali Nagari Koto Baru" in window.details_text)
    with open_second_store(data) as store:
        noted = store.entries_of(f"incident/{window.incident.id}")[-1][0]
    assert noted.kind == "incident.noted"
    assert PERSONAL.phones[0] not in str(noted.body)
    window.shell.parts.map.canvas.setFocus()
    dialog = open_directory(window, CTRL)
    assert dialog.for_incident
    assert names(dialog) == ["Wali Nagari Koto Baru", "Camat Kubung", "BWS Sumatera V"]


def test_role_without_personal_data_sees_a_sealed_contact(open_console, data: Path, server: RunningServer):
    sealed = msgspec.structs.replace(WALI, phones=("112",))
    server.journal.append_drafts([register_contact(sealed, PERSONAL, salt=new_salt())])
    log_in_and_sync(data, server, "pemantau")
    window = open_console()
    window.until(lambda: len(contacts(window)) == 1)
    dialog = open_directory(window, CTRL, SHIFT)
    assert "tersegel" in visible_texts(dialog.card)
    assert not child(dialog, QPushButton, "contacts_add").isEnabled()
    assert not child(dialog, QPushButton, "contact_edit").isEnabled()
    window.key(Qt.Key.Key_Return)
    assert clipboard() == "112"
