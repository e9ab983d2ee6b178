"""Take the screenshots of tasks and dispatch for docs/screenshots.

Run `make dispatch-screenshots`; it needs no display. The size is that of an office laptop.
"""

import os
import sys
import tempfile
from datetime import timedelta
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

from tabuah.console.window.shell.application import ConsoleWindow, qt_application
from tabuah.operations.codes import Channel, Hazard, Severity
from tabuah.operations.entries import Draft
from tabuah.operations.incidents.drafts import edit_incident, report_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited, IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.operations.tasks.drafts import add_task, finish_task, receive_task
from tabuah.operations.tasks.task import OwnerKind, TaskKind, TaskOwner
from tabuah.operations.units.drafts import register_unit
from tabuah.operations.units.entry_bodies import UnitRegistered
from tabuah.operations.units.unit import Post, UnitKind
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid

_SIZE: Final = QSize(1366, 768)
_KUBUNG: Final = IncidentPlace(
    lon_deg=100.63,
    lat_deg=-0.80,
    nagari_code="13.02.10.2001",
    nagari="Koto Baru",
    kecamatan_code="13.02.10",
    kecamatan="Kubung",
    certainty=PlaceCertainty.CONFIRMED,
)
_UNITS: Final = (
    ("TRC-01", "TRC Kubung", UnitKind.QUICK_RESPONSE, "BPBD", 100.62, -0.79),
    ("TRC-02", "TRC Arosuka", UnitKind.QUICK_RESPONSE, "BPBD", 100.66, -0.95),
    ("DMK-01", "Damkar Kubung", UnitKind.FIRE, "Satpol PP dan Damkar", 100.61, -0.81),
    ("DMK-02", "Damkar Arosuka", UnitKind.FIRE, "Satpol PP dan Damkar", 100.65, -0.96),
    ("AMB-01", "Ambulans RSUD Arosuka", UnitKind.AMBULANCE, "Dinas Kesehatan", 100.64, -0.94),
    ("ALB-01", "Ekskavator PUPR", UnitKind.HEAVY_EQUIPMENT, "Dinas PUPR", 100.66, -0.93),
)


@click.command()
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=FOLDER, show_default=True)
@click.option("--language", default="id", show_default=True)
def main(folder: Path, language: str) -> None:
    """Take the screenshots."""
    with tempfile.TemporaryDirectory() as data:
        _fill(Path(data) / "console")
        _take(Path(data) / "console", folder, language)


def _fill(directory: Path) -> None:
    store = ConsoleStore(directory)
    try:
        for key, name, kind, opd, lon_deg, lat_deg in _UNITS:
            home = Post(lon_deg=lon_deg, lat_deg=lat_deg, name=name)
            store.save(register_unit(UnitRegistered(id=key, name=name, kind=kind, opd=opd, home=home)))
        flood = _report(store, Hazard.FLOOD, "Banjir, Nagari Koto Baru", Severity.SEVERE, minutes=50)
        _report(store, Hazard.FIRE, "Kebakaran rumah, Nagari Gantung Ciri", Severity.MODERATE, minutes=9)
        _report(
            store,
            Hazard.PUBLIC_SERVICE,
            "Jembatan rusak, aduan warga",
            Severity.MINOR,
            minutes=4_000,
            channel=Channel.SP4N_LAPOR,
        )
        store.save(edit_incident(flood, IncidentEdited(assignment=("TRC-01",))))
        _add_tasks(store, flood)
    finally:
        store.close()


def _report(
    store: ConsoleStore,
    hazard: Hazard,
    title: str,
    severity: Severity,
    *,
    minutes: int,
    channel: Channel = Channel.PHONE,
) -> Incident:
    key, number = new_uuid(store.now()), store.next_incident_number()
    body = IncidentReported(
        number=number, hazard=hazard, title=title, severity=severity, place=_KUBUNG, channel=channel
    )
    store.save(report_incident(body, incident_id=key, occurred_at=store.now() - timedelta(minutes=minutes)))
    return store.incident(key)


def _add_tasks(store: ConsoleStore, incident: Incident) -> None:
    now = store.now()
    pupr = TaskOwner(kind=OwnerKind.OPD, name="Dinas PUPR")
    unit = TaskOwner(kind=OwnerKind.UNIT, name="TRC-01", opd="BPBD")
    social = TaskOwner(kind=OwnerKind.OPD, name="Dinas Sosial")

    def add(what: str, owner: TaskOwner, minutes: int | None, kind: TaskKind = TaskKind.ACTION) -> str:
        key = new_uuid(store.now())
        due_at = now + timedelta(minutes=minutes) if minutes is not None else None
        receipt = now - timedelta(minutes=6) if kind is TaskKind.DISPOSITION and owner is pupr else None
        draft: Draft = add_task(
            key, incident, what=what, owner=owner, kind=kind, due_at=due_at, receipt_due_at=receipt
        )
        store.save(draft)
        return key

    add("Turunkan ekskavator ke Simpang Koto Baru", pupr, 180, TaskKind.DISPOSITION)
    add("Evakuasi 12 KK di Jorong Simpang ke SDN 05", unit, -12)
    add("Kabari pelapor hasil penanganan", TaskOwner(kind=OwnerKind.USER, name="sari", opd="BPBD"), 8,
        TaskKind.CALL_BACK)  # fmt: skip
    food = add("Kirim 60 paket makanan siap saji", social, 95, TaskKind.DISPOSITION)
    done = add("Pasang rambu pengalihan di jembatan", unit, 20)
    tasks = {task.id: task for task in store.tasks()}
    store.save(receive_task(tasks[food], name="Yusuf, bidang linjamsos"))
    store.save(finish_task(tasks[done], note="Terpasang di dua sisi"))


def _take(directory: Path, folder: Path, language: str) -> None:
    console = ConsoleWindow(directory, qt_application(), language=language)
    try:
        console.shell.resize(_SIZE)
        console.show()
        rest(3_000)
        tasks = console.objects.commands.tasks
        incidents = console.services.state.snapshot.incidents.values()
        flood = next(each for each in incidents if each.hazard is Hazard.FLOOD)
        console.objects.selection.choose_incident(flood.id)
        for theme in ("dark", "light"):
            console.appearance.show_theme(theme)
            rest(4_000)  # until the map is drawn in the theme
            console.objects.notifier.close()
            rest(500)
            _save(console.shell, folder / f"incident-tasks-{theme}-{language}.png")
            tasks.begin()
            rest(800)
            assert tasks.dialog is not None
            _save(tasks.dialog, folder / f"tasks-{theme}-{language}.png")
            tasks.dialog.act_requested.emit("add")
            rest(500)
            _save(tasks.dialog, folder / f"task-form-{theme}-{language}.png")
            tasks.dialog.show_list()
            tasks.dialog.close()
            rest(300)
    finally:
        console.close()


def _save(widget: QWidget, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    save_small(widget.grab().toImage(), file)
    click.echo(file)


if __name__ == "__main__":
    main()
