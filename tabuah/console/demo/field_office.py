"""The field office of the demonstration: logs in, writes its reports offline with their past times, then syncs."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from tabuah.console.demo.accounts import DemoAccount
from tabuah.console.demo.sample_fields import sample_text
from tabuah.console.simulator.scenario_places import scenario_places
from tabuah.gis.gazetteer import Gazetteer
from tabuah.gis.places import Nagari
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.entries import Draft
from tabuah.operations.incidents import drafts
from tabuah.operations.incidents.entry_bodies import Figures, IncidentEdited, IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.storage.cache.cache_session import utc_now
from tabuah.storage.cache.map.maps import load_maps
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.journal.protocol import SessionRequest
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.session import ConsoleSession, log_in, remember_session
from tabuah.storage.sync.sync_pass import run_sync_pass


class SampleStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step in an incident's history, `ago_min` minutes before now; only the given fields are used."""

    ago_min: float
    status: Status | None = None
    assignment: tuple[str, ...] = ()
    note: str = ""
    figures: Figures | None = None
    source: str = ""


class SampleIncident(msgspec.Struct, frozen=True, kw_only=True):
    """An incident of the storm: its place as a Kemendagri nagari code plus an offset in metres, and its steps.

    Texts have fields of `sample_text`.
    """

    nagari: str
    east_m: float = 0.0
    north_m: float = 0.0
    ago_min: float
    hazard: Hazard
    severity: Severity
    channel: Channel
    title: str
    text: str
    steps: tuple[SampleStep, ...] = msgspec.field(default_factory=tuple)


def _oldest_first(*steps: SampleStep) -> tuple[SampleStep, ...]:
    return tuple(sorted(steps, key=lambda step: -step.ago_min))


def _steps_to(*moves: tuple[float, Status]) -> Iterator[SampleStep]:
    return (SampleStep(ago_min=ago_min, status=status) for ago_min, status in moves)


SAMPLE_INCIDENTS: Final = (
    SampleIncident(
        nagari="13.02.06.2005", east_m=350, north_m=-250, ago_min=52,
        hazard=Hazard.FLASH_FLOOD, severity=Severity.SEVERE, channel=Channel.RADIO,
        title="{flash_flood} di {upper_river}, jembatan gantung putus",
        text="Air keruh bercampur kayu meluap ke {hamlet} di tepi sungai. Warga mengungsi ke masjid.",
        steps=_oldest_first(
            *_steps_to((49, Status.VERIFIED), (45, Status.ASSIGNED), (41, Status.EN_ROUTE), (22, Status.ON_SCENE)),
            SampleStep(ago_min=46, assignment=("TRC BPBD 1", "Tagana")),
            SampleStep(ago_min=20, note="Evakuasi 11 KK ke Masjid Raya; perlu tikar, selimut dan makanan siap saji."),
            SampleStep(
                ago_min=18, source="{village_head}",
                figures=Figures(displaced_people=42, displaced_households=11, houses_minor=6, public_facilities=1),
            ),
        ),
    ),
    SampleIncident(
        nagari="13.02.06.2002", east_m=-500, north_m=300, ago_min=64,
        hazard=Hazard.LANDSLIDE, severity=Severity.SEVERE, channel=Channel.PHONE,
        title="Longsor menutup jalan {place}, satu orang belum ditemukan",
        text="Material setinggi 2 meter sepanjang 30 meter. Seorang pengendara diduga tertimbun.",
        steps=_oldest_first(
            *_steps_to((61, Status.VERIFIED), (55, Status.ASSIGNED), (50, Status.EN_ROUTE), (28, Status.ON_SCENE)),
            SampleStep(ago_min=56, assignment=("Basarnas", "Alat berat PUPR")),
            SampleStep(ago_min=27, source="Basarnas", figures=Figures(missing=1, injured_minor=2)),
            SampleStep(ago_min=12, note="Tanah masih bergerak, pencarian dihentikan sementara selama hujan."),
        ),
    ),
    SampleIncident(
        nagari="13.02.08.2001", east_m=200, north_m=200, ago_min=33,
        hazard=Hazard.FLOOD, severity=Severity.MODERATE, channel=Channel.WHATSAPP,
        title="Genangan 60 cm di {place}",
        text="Air {river} masuk ke rumah warga di dua {hamlet}.",
        steps=_oldest_first(
            *_steps_to((30, Status.VERIFIED), (24, Status.ASSIGNED), (19, Status.EN_ROUTE)),
            SampleStep(ago_min=25, assignment=("TRC BPBD 2",)),
            SampleStep(ago_min=10, source="Camat {kecamatan}", figures=Figures(displaced_people=18, houses_minor=14)),
        ),
    ),
    SampleIncident(
        nagari="13.02.06.2003", east_m=600, north_m=-400, ago_min=16,
        hazard=Hazard.MISSING_PERSON, severity=Severity.MODERATE, channel=Channel.FIELD,
        title="Dua petani belum kembali dari ladang",
        text="Terakhir terlihat pukul 13.00 di sisi timur {village}; sungai di jalan pulang sedang meluap.",
        steps=_oldest_first(*_steps_to((11, Status.VERIFIED))),
    ),
    SampleIncident(
        nagari="13.02.08.2005", east_m=-300, north_m=250, ago_min=21,
        hazard=Hazard.LANDSLIDE, severity=Severity.MODERATE, channel=Channel.WHATSAPP,
        title="Tebing longsor di {place}, satu rumah terancam",
        text="Retakan di atas rumah sepanjang 15 meter. Penghuni sudah diminta pindah.",
        steps=_oldest_first(
            *_steps_to((15, Status.VERIFIED), (8, Status.ASSIGNED)), SampleStep(ago_min=9, assignment=("KSB",))
        ),
    ),
    SampleIncident(
        nagari="13.02.10.2005", east_m=0, north_m=-350, ago_min=13,
        hazard=Hazard.FLOOD, severity=Severity.MODERATE, channel=Channel.PHONE,
        title="Sawah dan jalan terendam di {place}",
        text="Air naik cepat sejak setengah jam; jalan masih dapat dilalui truk.",
    ),
    SampleIncident(
        nagari="13.02.07.2001", east_m=450, north_m=100, ago_min=41,
        hazard=Hazard.ACCIDENT, severity=Severity.MINOR, channel=Channel.PHONE,
        title="Truk sayur terperosok, jalan satu lajur",
        text="Tidak ada korban. Dishub mengatur lalu lintas.",
        steps=_oldest_first(
            *_steps_to((38, Status.VERIFIED), (34, Status.ASSIGNED), (30, Status.EN_ROUTE), (17, Status.ON_SCENE)),
            SampleStep(ago_min=35, assignment=("Dishub",)),
        ),
    ),
    SampleIncident(
        nagari="13.02.10.2002", east_m=-250, north_m=-150, ago_min=9,
        hazard=Hazard.PUBLIC_SERVICE, severity=Severity.MINOR, channel=Channel.WHATSAPP,
        title="Listrik padam di {place}",
        text="Gardu terendam, PLN sudah dihubungi.",
    ),
    SampleIncident(
        nagari="13.02.07.2005", east_m=-200, north_m=0, ago_min=83,
        hazard=Hazard.EXTREME_WEATHER, severity=Severity.MINOR, channel=Channel.PHONE,
        title="Pohon tumbang menimpa atap rumah",
        text="Satu rumah rusak ringan, penghuni selamat.",
        steps=_oldest_first(
            *_steps_to((80, Status.VERIFIED), (76, Status.ASSIGNED), (55, Status.ON_SCENE), (26, Status.CONTAINED)),
            SampleStep(ago_min=77, assignment=("{fire_unit}",)),
            SampleStep(ago_min=27, source="Damkar", figures=Figures(deaths=0, houses_minor=1)),
        ),
    ),
)  # fmt: skip


_METRES_A_DEGREE = 111_320.0  # valid near the equator, for latitude and longitude


class SettableClock:
    """A clock set to the time of the next report."""

    def __init__(self) -> None:
        self.at = utc_now()

    def __call__(self) -> datetime:
        """Return the time that was set."""
        return self.at


def write_sample_incidents(folder: Path, *, url: str, account: DemoAccount, exercise_id: str = "") -> int:
    """Write all sample incidents into the cache of the field office, enrol its device, and sync.

    Returns:
        Number of reported incidents.

    Raises:
        SyncError: the server does not accept them.
    """
    now, clock = utc_now(), SettableClock()
    gazetteer = load_maps(folder).gazetteer()
    store = ConsoleStore(folder, clock=clock)
    try:
        with ServerClient(url) as client:  # not enrolled yet: work from before an enrolment may have any time
            request = SessionRequest(user=account.name, password=account.password)
            remember_session(store, client.log_in(request), client.url)
        for ago_min, act in sorted(_timed_writes(store, gazetteer, exercise_id), key=lambda act: -act[0]):
            clock.at = now - timedelta(minutes=ago_min)
            act()
        clock.at = utc_now()
        log_in(store, url=url, user=account.name, password=account.password)
        session = ConsoleSession(store)
        with session.client:
            run_sync_pass(store, session)
        return len(store.incidents())
    finally:
        store.close()


def _timed_writes(
    store: ConsoleStore, gazetteer: Gazetteer, exercise_id: str
) -> list[tuple[float, Callable[[], None]]]:
    """Return every write, each with its age in minutes."""
    writes: list[tuple[float, Callable[[], None]]] = []
    for sample in SAMPLE_INCIDENTS:
        writer = _Writer(store, gazetteer, sample, exercise_id)
        writes.append((sample.ago_min, writer.report))
        writes += [(step.ago_min, writer.writer_of(step)) for step in sample.steps]
    return writes


class _Writer:
    """Writes one sample incident."""

    def __init__(self, store: ConsoleStore, gazetteer: Gazetteer, sample: SampleIncident, exercise_id: str) -> None:
        self._store, self._gazetteer, self._sample = store, gazetteer, sample
        self._id, self._exercise_id = "", exercise_id

    def report(self) -> None:
        sample = self._sample
        self._id = new_uuid(self._store.now())
        body = IncidentReported(
            number=self._store.next_incident_number(),
            hazard=sample.hazard,
            title=self._text(sample.title),
            severity=sample.severity,
            channel=sample.channel,
            place=self._place(),
            description=self._text(sample.text),
        )
        report = drafts.report_incident(body, incident_id=self._id, exercise=True, exercise_id=self._exercise_id)
        self._store.save(report)

    def writer_of(self, step: SampleStep) -> Callable[[], None]:
        """Return a function that writes the step."""
        return lambda: self._write(step)

    def _write(self, step: SampleStep) -> None:
        placed = replace(
            step,
            assignment=tuple(map(self._text, step.assignment)),
            note=self._text(step.note),
            source=self._text(step.source),
        )
        for make in (_assign, _move, _note, _count):
            draft = make(self._store.incident(self._id), placed)
            if draft is not None:
                self._store.save(draft)

    def _text(self, text: str) -> str:
        return sample_text(text, nagari=self._nagari())

    def _nagari(self) -> Nagari:
        return self._gazetteer.nagari(scenario_places()[self._sample.nagari].code)

    def _place(self) -> IncidentPlace:
        sample, nagari = self._sample, self._nagari()
        return IncidentPlace(
            lon_deg=round(nagari.lon_deg + sample.east_m / _METRES_A_DEGREE, 6),
            lat_deg=round(nagari.lat_deg + sample.north_m / _METRES_A_DEGREE, 6),
            nagari_code=nagari.code,
            nagari=nagari.name,
            kecamatan_code=nagari.kecamatan_code,
            kecamatan=nagari.kecamatan_name,
            certainty=PlaceCertainty.APPROXIMATE,
        )


def _assign(incident: Incident, step: SampleStep) -> Draft | None:
    body = IncidentEdited(assignment=step.assignment or msgspec.UNSET)
    return drafts.edit_incident(incident, body) if step.assignment else None


def _move(incident: Incident, step: SampleStep) -> Draft | None:
    return drafts.move_incident(incident, step.status) if step.status is not None else None


def _note(incident: Incident, step: SampleStep) -> Draft | None:
    return drafts.note_incident(incident, step.note) if step.note else None


def _count(incident: Incident, step: SampleStep) -> Draft | None:
    return drafts.report_figures(incident, step.figures, source=step.source) if step.figures is not None else None
