"""Take the screenshots of an administrator who sets up stations: the form and the import preview, at 1366×768.

`make sensor-screenshots` takes them, too; it needs no display. The stations are those of the simulation.
"""

import os
import secrets
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click
import msgspec

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TABUAH_KEYRING"] = "file"
sys.path.insert(0, str(Path(__file__).resolve().parent))

from picture_compression import save_small
from PySide6.QtCore import QSize
from screenshots import FOLDER, rest, wait_until

from tabuah.console.demo.accounts import DemoAccount, prepare_server
from tabuah.console.simulator.stations import load_simulated_stations
from tabuah.console.window.shell.application import ConsoleWindow, qt_application
from tabuah.console.window.shell.screenshot import picture_of
from tabuah.operations.people.roles import Role
from tabuah.operations.stations.drafts import register_station
from tabuah.resources.localisation import DEFAULT_LANGUAGE, set_language
from tabuah.server.listen_address import ListenAddress
from tabuah.server.service import ServerService, ServerSettings
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import run_sync_pass

SIZE: Final = QSize(1366, 768)
_ADMIN: Final = DemoAccount(
    name="rina", role=Role.ADMIN, opd="Diskominfo", full_name="Rina", password=secrets.token_urlsafe(12)
)
_VIEW: Final = (100.66, -0.86, 62.0)
_SETTLE_MS: Final = 4_000
_FORM: Final = {
    "code": "SLK-AWLR-21",
    "name": "AWLR Muara Panas",
    "owner": "Dinas PUPR",
    "position": "100.66200, -0.86500",
    "river": "Batang Lembang",
}
_FILE: Final = """kode;nama;jenis;bujur;lintang;parameter;sungai;hilir;siaga_3;siaga_2;siaga_1;sumber_ambang;pemilik
SLK-AWLR-31;AWLR Kinari;river;100,70;-0,86;stage_m;Batang Lembang;SLK-AWLR-03;2,0;2,6;3,2;BWS Sumatera V;BWS V
SLK-ARR-32;ARR Cupak;rain;100,64;-0,88;rain_mm | battery_v;;;;;;;BPBD
SLK-ARR-33;ARR Talang;rain;-0,93;100,66;rain_mm;;;;;;;BPBD
SLK-AWLR-34;AWLR Sumani;river;100,60;-0,70;stage_m;Batang Sumani;;3,2;2,6;2,0;BWS Sumatera V;BWS V
SLK-ARR-32;ARR Cupak Hulu;rain;100,65;-0,89;rain_mm;;;;;;;BPBD
SLK-ARR-35;ARR Bukit Sundi;rain;100,75;-0,85;hujan;;;;;;;BPBD
SLK-ARR-36;ARR Payung Sekaki;rain;100,80;-0,92;rain_mm;;;;;;;BPBD
"""


@click.command()
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=FOLDER, show_default=True)
def main(folder: Path) -> None:
    """Take the screenshots."""
    set_language(DEFAULT_LANGUAGE)
    take_setup(folder)


def take_setup(folder: Path) -> None:
    """Take the station form and the import preview in both themes."""
    with tempfile.TemporaryDirectory() as data, administrator(Path(data)) as console_folder:
        console = ConsoleWindow(console_folder, qt_application(), language=DEFAULT_LANGUAGE)
        try:
            console.shell.resize(SIZE)
            console.show()
            rest(_SETTLE_MS)
            show_form(console)
            _take(console, folder, "station-form")
            show_import(console, Path(data) / "stasiun-kecamatan.csv")
            _take(console, folder, "station-import")
        finally:
            console.close()


@contextmanager
def administrator(folder: Path) -> Iterator[Path]:
    """Run a server with the stations of the simulation as real ones; yield the data of its administrator."""
    prepare_server(folder / "server", (_ADMIN,))
    service = ServerService(ServerSettings(directory=folder / "server", address=ListenAddress(port=0)))
    thread = threading.Thread(target=service.run, name="setup-server")
    thread.start()
    try:
        stations = [msgspec.structs.replace(each, exercise=False) for each in load_simulated_stations(None)]
        service.journal.append_drafts([register_station(station) for station in stations])
        store = ConsoleStore(folder / "console")
        try:
            log_in(store, url=service.url, user=_ADMIN.name, password=_ADMIN.password)
            session = ConsoleSession(store)
            with session.client:
                run_sync_pass(store, session)
        finally:
            store.close()
        yield folder / "console"
    finally:
        service.stop()
        thread.join()


def show_form(console: ConsoleWindow) -> None:
    """Fill in a gauge between two others on the Batang Lembang."""
    registration, form = console.objects.commands.stations.registration, console.shell.parts.station_form
    registration.begin()
    form.fields.show_choice("kind", "river")
    for code, text in _FORM.items():
        form.fields.show_text(code, text)
    for code, text in {"upstream": "SLK-AWLR-01", "downstream": "SLK-AWLR-03"}.items():
        form.fields.show_choice(code, text)
    console.shell.parts.map.canvas.show_view(*_VIEW)
    form.fields.focus_field("code")
    form.fields.scroll_to_top()


def show_import(console: ConsoleWindow, file: Path) -> None:
    """Show the preview of a file with refused rows."""
    file.write_text(_FILE, encoding="utf-8")
    console.objects.commands.stations.station_import.show_file(file)
    wait_until(lambda: bool(console.shell.parts.map.canvas.planned.stations))


def _take(console: ConsoleWindow, folder: Path, name: str) -> None:
    for theme in ("dark", "light"):
        console.appearance.show_theme(theme)
        rest(1_500)
        file = folder / f"{name}-{theme}-{DEFAULT_LANGUAGE}.png"
        save_small(picture_of(console.shell, SIZE), file)
        click.echo(file)


if __name__ == "__main__":
    main()
