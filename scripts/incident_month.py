"""Six weeks of sample incidents for screenshots: reported, verified, assigned, reached and contained."""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from tabuah.console.demo.field_office import SettableClock
from tabuah.gis.gazetteer import Gazetteer
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.incidents import drafts
from tabuah.operations.incidents.entry_bodies import IncidentEdited, IncidentReported
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.storage.cache.map.maps import load_maps
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid

DAYS: Final = 42
INCIDENTS: Final = 96
_NOTED: Final = 0.5  # share of the incidents
_UNDER_WAY: Final = 12  # the last ones are not contained yet
_KINDS: Final = (
    (Hazard.ACCIDENT, "Kecelakaan lalu lintas", ("Dishub",)),
    (Hazard.FIRE, "Kebakaran rumah", ("Damkar Arosuka",)),
    (Hazard.LANDSLIDE, "Longsor menutup jalan", ("Alat berat PUPR", "TRC BPBD 1")),
    (Hazard.EXTREME_WEATHER, "Pohon tumbang", ("TRC BPBD 2",)),
    (Hazard.FLOOD, "Banjir luapan", ("TRC BPBD 1", "Tagana")),
)
_SEVERITIES: Final = (Severity.MINOR, Severity.MODERATE, Severity.MODERATE, Severity.SEVERE)
_CHANNELS: Final = (Channel.PHONE, Channel.PHONE, Channel.WHATSAPP, Channel.RADIO)
_STEPS: Final = (Status.VERIFIED, Status.ASSIGNED, Status.EN_ROUTE, Status.ON_SCENE, Status.CONTAINED)
_MINUTES: Final = ((2, 9), (2, 8), (1, 4), (8, 26), (20, 60))  # of each step
_NOTES: Final = (
    "Warga setempat membantu mengatur lalu lintas.",
    "Jembatan kecil di hilir perlu diperiksa PUPR.",
    "Air surut, lumpur dibersihkan dengan mobil tangki.",
    "Listrik di sekitar lokasi dipadamkan sementara.",
)


def write_month(store: ConsoleStore, clock: SettableClock, folder: Path, now: datetime) -> None:
    """Write the incidents at their past times into a console that is not enrolled yet."""
    random = Random(7)  # the same pictures every time
    gazetteer = load_maps(folder).gazetteer()
    step = timedelta(days=DAYS) / INCIDENTS
    for number in range(INCIDENTS):
        clock.at = now - step * (INCIDENTS - number) + timedelta(minutes=random.randrange(300))
        key = _report(store, _place(gazetteer, random), random)
        steps = random.randint(0, 4) if number >= INCIDENTS - _UNDER_WAY else len(_STEPS)
        _move(store, clock, key, random, steps=steps, until=now)


def _report(store: ConsoleStore, place: IncidentPlace, random: Random) -> str:
    """Report an incident; return its id."""
    hazard, title, _units = random.choice(_KINDS)
    key = new_uuid(store.now())
    body = IncidentReported(
        number=store.next_incident_number(),
        hazard=hazard,
        title=f"{title}, {place.nagari}",
        severity=random.choice(_SEVERITIES),
        channel=random.choice(_CHANNELS),
        place=place,
    )
    store.save(drafts.report_incident(body, incident_id=key))
    return key


def _move(
    store: ConsoleStore, clock: SettableClock, key: str, random: Random, *, steps: int, until: datetime
) -> None:
    """Take an incident through its first steps, as far as they lie before `until`."""
    units = next(units for hazard, _title, units in _KINDS if hazard is store.incident(key).hazard)
    for status, (least, most) in zip(_STEPS[:steps], _MINUTES, strict=False):
        clock.at += timedelta(minutes=random.randint(least, most))
        if clock.at >= until:
            return
        if status is Status.ASSIGNED:
            store.save(drafts.edit_incident(store.incident(key), IncidentEdited(assignment=units)))
        if status is Status.ON_SCENE and random.random() < _NOTED:
            store.save(drafts.note_incident(store.incident(key), random.choice(_NOTES)))
        store.save(drafts.move_incident(store.incident(key), status))


def _place(gazetteer: Gazetteer, random: Random) -> IncidentPlace:
    nagari = random.choice(gazetteer.all_nagari[:24])
    return IncidentPlace(
        lon_deg=round(nagari.lon_deg + random.uniform(-0.01, 0.01), 6),
        lat_deg=round(nagari.lat_deg + random.uniform(-0.01, 0.01), 6),
        nagari_code=nagari.code,
        nagari=nagari.name,
        kecamatan_code=nagari.kecamatan_code,
        kecamatan=nagari.kecamatan_name,
        certainty=PlaceCertainty.APPROXIMATE,
    )
