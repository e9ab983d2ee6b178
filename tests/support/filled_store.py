"""A console with work in each list: what a control room has after some hours of a flood."""

from datetime import timedelta
from typing import Final

from support.console_sync import sync
from support.contact_samples import flood_authority, sample_contact
from support.running_server import RunningServer
from support.unit_samples import unit_card
from support.window_fixture import KOTO_BARU, report_in_second_store

from tabuah.operations.aid.aid_line import AidKind, AidPlace, AidValues
from tabuah.operations.aid.drafts import record_aid
from tabuah.operations.calls.drafts import record_call
from tabuah.operations.codes import CallClass, Channel, Hazard, Severity, Status
from tabuah.operations.contacts.drafts import register_contact
from tabuah.operations.disruptions.disruption import DisruptionExtent, DisruptionKind
from tabuah.operations.disruptions.drafts import report_disruption
from tabuah.operations.disruptions.entry_bodies import DisruptionReported
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.incidents.drafts import caller_value, move_incident, note_incident, report_figures
from tabuah.operations.incidents.entry_bodies import Figures
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.messages.drafts import receive_message
from tabuah.operations.messages.inbound_message import InboundMessage
from tabuah.operations.messages.message import MessageChannel
from tabuah.operations.parent_events.drafts import open_event
from tabuah.operations.roster.entry_bodies import Crew
from tabuah.operations.shelters.drafts import add_shelter, count_evacuees
from tabuah.operations.shelters.entry_bodies import ShelterAdded
from tabuah.operations.shelters.shelter import Evacuees, ShelterKind
from tabuah.operations.shifts.drafts import log_line, make_promise, start_other_shift
from tabuah.operations.tasks.drafts import add_task, finish_task, receive_task
from tabuah.operations.tasks.task import OwnerKind, TaskKind, TaskOwner
from tabuah.operations.units.drafts import check_in_unit, move_unit, register_unit, request_help
from tabuah.operations.units.unit import UnitState
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_salt, new_uuid

REAL: Final = SubjectWorld()


def fill_server(server: RunningServer) -> None:
    """Let two messages come in, as a gateway does."""
    texts = (
        (MessageChannel.WHATSAPP, "Yanti 0812 1", "Air masuk rumah setinggi lutut"),
        (MessageChannel.EMAIL, "warga@example.org", "Tebing retak di atas jalan Sitinjau Lauik"),
    )
    for channel, sender, text in texts:
        incoming = InboundMessage(channel=channel, sender=sender, address="6281200001", text=text)
        salts = (new_salt(), new_salt(), new_salt(), new_salt())
        key = new_uuid(server.journal.clock())
        server.journal.append_drafts([receive_message(key, incoming, account="wa", salts=salts)])


def fill_store(store: ConsoleStore, *, supervisor: str) -> Incident:
    """Write work of all subjects as a supervisor, send it, and return the incident that most of it is about."""
    flood = report_in_second_store(store, severity=Severity.SEVERE)
    fire = report_in_second_store(store, hazard=Hazard.FIRE, title="Rumah terbakar, Jorong Simpang")
    slide = report_in_second_store(store, hazard=Hazard.LANDSLIDE, title="Tebing runtuh, Jorong Balai")
    _fill_incidents(store, flood, slide)
    _fill_units(store, flood)
    _fill_tasks(store, flood)
    _fill_shelters_and_aid(store, flood)
    _fill_lists(store, flood, fire)
    _fill_shift(store, supervisor, flood)
    sync(store)
    assert not store.rejected()
    assert not store.held()
    return store.incident(flood.id)


def _fill_incidents(store: ConsoleStore, flood: Incident, slide: Incident) -> None:
    store.save(note_incident(flood, "Air naik 20 cm sejak pukul lima; warga di seberang belum bisa dihubungi"))
    figures = Figures(displaced_people=44, injured_minor=2, houses_minor=31)
    store.save(report_figures(store.incident(flood.id), figures, source="Wali nagari"))
    store.save(move_incident(store.incident(flood.id), Status.VERIFIED))
    for status in (Status.VERIFIED, Status.CONTAINED):
        store.save(move_incident(store.incident(slide.id), status, reason="Jalan sudah bersih"))


def _fill_units(store: ConsoleStore, flood: Incident) -> None:
    for key in ("TRC-1", "TRC-2", "TRC-3"):
        store.save(register_unit(unit_card(key)))
    units = {unit.id: unit for unit in store.units()}
    for key in ("TRC-1", "TRC-2"):
        store.save(move_unit(units[key], UnitState.EN_ROUTE, incident=flood.id))
    units = {unit.id: unit for unit in store.units()}
    store.save(check_in_unit(units["TRC-1"], incident=flood.id, note="Tiba di jembatan"))
    store.save(request_help(units["TRC-2"], note="Perahu tersangkut", incident=flood.id))


def _fill_tasks(store: ConsoleStore, flood: Incident) -> None:
    now = store.now()
    owners = (
        (
            TaskOwner(kind=OwnerKind.OPD, name="Dinas PUPR"),
            TaskKind.DISPOSITION,
            "Turunkan ekskavator ke Simpang",
            180,
        ),
        (TaskOwner(kind=OwnerKind.OPD, name="Dinas Sosial"), TaskKind.DISPOSITION, "Kirim 60 paket makanan", 95),
        (TaskOwner(kind=OwnerKind.UNIT, name="TRC-1", opd="BPBD"), TaskKind.ACTION, "Pindahkan 12 KK ke SDN 05", -12),
        (TaskOwner(kind=OwnerKind.UNIT, name="TRC-1", opd="BPBD"), TaskKind.ACTION, "Pasang rambu di jembatan", 20),
    )
    for owner, kind, what, minutes in owners:
        due_at = now + timedelta(minutes=minutes)
        store.save(add_task(new_uuid(now), flood, what=what, owner=owner, kind=kind, due_at=due_at))
    tasks = {task.what: task for task in store.tasks()}
    store.save(receive_task(tasks["Kirim 60 paket makanan"], name="Yusuf"))
    store.save(finish_task(tasks["Pasang rambu di jembatan"], note="Terpasang di dua sisi"))


def _fill_shelters_and_aid(store: ConsoleStore, flood: Incident) -> None:
    key = new_uuid(store.now())
    body = ShelterAdded(
        name="SDN 05 Koto Baru", kind=ShelterKind.EVACUATION, place=KOTO_BARU, capacity=40, incident=flood.id
    )
    store.save(add_shelter(key, body))
    shelter = next(each for each in store.shelters() if each.id == key)
    store.save(count_evacuees(shelter, Evacuees(people=44, women=23, infants=3), source="Petugas posko"))
    place = AidPlace(shelter=key, incident=flood.id)
    for kind, quantity in ((AidKind.NEEDED, 90_000), (AidKind.RECEIVED, 60_000), (AidKind.DISTRIBUTED, 45_500)):
        values = AidValues(
            kind=kind, item="Beras", unit="kg", quantity_milli=quantity, place=place, partner="Bulog Solok"
        )
        store.save(record_aid(new_uuid(store.now()), values))


def _fill_lists(store: ConsoleStore, flood: Incident, fire: Incident) -> None:
    now = store.now()
    for kind, name, extent in (
        (DisruptionKind.ROAD, "Jalan Koto Baru–Selayo", DisruptionExtent.FULL),
        (DisruptionKind.POWER, "Gardu Simpang Rumbio", DisruptionExtent.PARTIAL),
    ):
        body = DisruptionReported(
            kind=kind,
            name=name,
            place=KOTO_BARU,
            began_at=now - timedelta(hours=2),
            source="Polsek Kubung",
            extent=extent,
            incident=flood.id,
        )
        store.save(report_disruption(new_uuid(now), body))
    store.save(register_contact(sample_contact()))
    store.save(register_contact(flood_authority()))
    caller = caller_value("Peri 0812 2", salt=new_salt())
    store.save(record_call(new_uuid(now), CallClass.PRANK, channel=Channel.CALL_112, note="Anak-anak", caller=caller))
    store.save(record_call(new_uuid(now), CallClass.INFORMATION, note="Menanyakan jalan ke Alahan Panjang"))
    event = open_event(
        new_uuid(now),
        "Banjir Batang Lembang",
        Hazard.FLOOD,
        began_at=now - timedelta(hours=3),
        incidents=[flood, fire],
    )
    store.save_all(event)


def _fill_shift(store: ConsoleStore, supervisor: str, flood: Incident) -> None:
    now = store.now()
    crew = Crew(name="Regu A", supervisor=supervisor)
    key = new_uuid(now)
    store.save(start_other_shift(key, crew, now - timedelta(hours=3), now + timedelta(hours=5), world=REAL))
    shift = next(each for each in store.shifts() if each.id == key)
    store.save(log_line(shift, "Genset dicoba, jalan 20 menit", about=f"incident/{flood.id}"))
    store.save(make_promise(shift, "Kabari camat tentang tinggi air", to="Camat Kubung", due_at=now))
