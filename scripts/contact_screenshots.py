"""Take the screenshots of the directory of contacts for docs/screenshots, in Indonesian.

Run `make contact-screenshots`; it needs no display. The size is that of an office laptop.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import Final

import click

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TABUAH_KEYRING"] = "file"
sys.path.insert(0, str(Path(__file__).resolve().parent))

from picture_compression import save_small
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget
from screenshots import FOLDER, rest

from tabuah.console.contacts.contact_files import read_contact_table
from tabuah.console.contacts.contact_records import contact_context
from tabuah.console.window.shell.application import ConsoleWindow, qt_application
from tabuah.operations.codes import Hazard, Severity
from tabuah.operations.contacts.contact_import import plan_contact_import
from tabuah.operations.incidents.drafts import report_incident
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_salt, new_uuid

_SIZE: Final = QSize(1366, 768)
_PLACE: Final = IncidentPlace(
    lon_deg=100.63,
    lat_deg=-0.80,
    nagari_code="13.02.10.2001",
    nagari="Koto Baru",
    kecamatan_code="13.02.10",
    kecamatan="Kubung",
    certainty=PlaceCertainty.CONFIRMED,
)
_TABLE: Final = """nama;fungsi;instansi;kecamatan;nagari;bahaya;telepon;radio;tanda panggil;telepon pribadi;catatan
Camat Kubung;camat;Kecamatan Kubung;Kubung;;;0755 20001;VHF 2;KUBUNG 1;0812 0000 0001;
Wali Nagari Koto Baru;wali nagari;Nagari Koto Baru;;13.02.10.2001;;;;;0812 0000 0002;Lewat masjid raya
BWS Sumatera V;bws;BWS Sumatera V;;;banjir | banjir bandang;0751 7000000;;;;Piket 24 jam
Piket BPBD;petugas piket;BPBD;;;;0755 20002 | 112;VHF 1;PUSDALOPS;;
RSUD Arosuka;rsud;Dinas Kesehatan;;;;0755 20003;;;;IGD 24 jam
RRI Padang;media;RRI;;;;0751 20004;;;;
Relawan Danau Singkarak;relawan;;;;orang hilang;;VHF 5;SINGKARAK;0812 0000 0003;Dua perahu
"""
_FAULTY: Final = "nama;jabatan;telepon\nPuskesmas Talang;puskesmas;0755 20005\nPosko;posko;nol delapan\n"


@click.command()
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=FOLDER, show_default=True)
@click.option("--language", default="id", show_default=True)
def main(folder: Path, language: str) -> None:
    """Take the screenshots."""
    with tempfile.TemporaryDirectory() as data:
        _fill(Path(data) / "console", Path(data) / "kontak.csv")
        faulty = Path(data) / "impor.csv"
        faulty.write_text(_FAULTY, "utf-8")
        _take(Path(data) / "console", faulty, folder, language)


def _fill(directory: Path, table: Path) -> None:
    table.write_text(_TABLE, "utf-8")
    store = ConsoleStore(directory)
    try:
        plan = plan_contact_import(read_contact_table(table), contact_context(store))
        assert not plan.refused, plan.refused
        store.save_all(plan.drafts(new_id=lambda: new_uuid(store.now()), new_salt=new_salt))
        body = IncidentReported(
            number=store.next_incident_number(),
            hazard=Hazard.FLOOD,
            title="Banjir, Nagari Koto Baru",
            severity=Severity.SEVERE,
            place=_PLACE,
        )
        store.save(report_incident(body, incident_id=new_uuid(store.now())))
    finally:
        store.close()


def _take(directory: Path, faulty: Path, folder: Path, language: str) -> None:
    console = ConsoleWindow(directory, qt_application(), language=language)
    try:
        console.shell.resize(_SIZE)
        console.show()
        rest(3_000)
        contacts = console.objects.commands.contacts
        (incident,) = console.services.state.snapshot.incidents.values()
        console.objects.selection.choose_incident(incident.id)
        for theme in ("dark", "light"):
            console.appearance.show_theme(theme)
            rest(4_000)  # until the map is drawn in the theme
            _save(console.shell, folder / f"incident-contacts-{theme}-{language}.png")
            contacts.begin()
            rest(800)
            assert contacts.dialog is not None
            assert contacts.imports is not None
            contacts.dialog.list.step(1)
            rest(1_000)
            _save(contacts.dialog, folder / f"contacts-{theme}-{language}.png")
            contacts.dialog.act_requested.emit("edit")
            rest(500)
            _save(contacts.dialog, folder / f"contact-form-{theme}-{language}.png")
            contacts.imports.show_file(faulty)
            rest(1_500)
            _save(contacts.dialog, folder / f"contact-import-{theme}-{language}.png")
            contacts.dialog.close()
    finally:
        console.close()


def _save(window: QWidget, file: Path) -> None:
    save_small(window.grab().toImage(), file)
    click.echo(file)


if __name__ == "__main__":
    main()
