"""The field office of the demonstration: logs in, writes its reports offline with their past times, then syncs."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from tabuah.console.demo.accounts import DemoAccount
from tabuah.console.demo.sample_incidents import SAMPLE_INCIDENTS, SampleIncident, SampleStep
from tabuah.gis.gazetteer import Gazetteer
from tabuah.operations.entries import Draft
from tabuah.operations.incidents.drafts import (
    edit_incident,
    move_incident,
    note_incident,
    report_figures,
    report_incident,
)
from tabuah.operations.incidents.entry_bodies import IncidentEdited, IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.storage.cache.cache_session import utc_now
from tabuah.storage.cache.map.maps import load_maps
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import run_sync_pass

_METRES_A_DEGREE = 111_320.0  # valid near the equator, for latitude and longitude


class SettableClock:
    """A clock set to the time of the next report."""

    def __init__(self) -> None:
        self.at = utc_now()

    def __call__(self) -> datetime:
        """Return the time that was set."""
        return self.at


def write_sample_incidents(folder: Path, *, url: str, account: DemoAccount) -> int:
    """Log in as the field office, write all sample incidents into its own cache, and sync.

    Returns:
        Number of reported incidents.

    Raises:
        SyncError: the server does not accept them.
    """
    now, clock = utc_now(), SettableClock()
    gazetteer = load_maps(folder).gazetteer()
    store = ConsoleStore(folder, clock=clock)
    try:
        log_in(store, url=url, user=account.name, password=account.password)
        for ago_min, act in sorted(_timed_writes(store, gazetteer), key=lambda act: -act[0]):
            clock.at = now - timedelta(minutes=ago_min)
            act()
        clock.at = utc_now()
        session = ConsoleSession(store)
        with session.client:
            run_sync_pass(store, session)
        return len(store.incidents())
    finally:
        store.close()


def _timed_writes(store: ConsoleStore, gazetteer: Gazetteer) -> list[tuple[float, Callable[[], None]]]:
    """Return every write, each with its age in minutes."""
    writes: list[tuple[float, Callable[[], None]]] = []
    for sample in SAMPLE_INCIDENTS:
        writer = _Writer(store, gazetteer, sample)
        writes.append((sample.ago_min, writer.report))
        writes += [(step.ago_min, writer.writer_of(step)) for step in sample.steps]
    return writes


class _Writer:
    """Writes one sample incident."""

    def __init__(self, store: ConsoleStore, gazetteer: Gazetteer, sample: SampleIncident) -> None:
        self._store, self._gazetteer, self._sample = store, gazetteer, sample
        self._id = ""

    def report(self) -> None:
        sample = self._sample
        self._id = new_uuid(self._store.now())
        body = IncidentReported(
            number=self._store.next_incident_number(),
            hazard=sample.hazard,
            title=sample.title,
            severity=sample.severity,
            channel=sample.channel,
            place=self._place(),
            description=sample.text,
        )
        self._store.save(report_incident(body, incident_id=self._id, exercise=True))

    def writer_of(self, step: SampleStep) -> Callable[[], None]:
        """Return a function that writes the step."""
        return lambda: self._write(step)

    def _write(self, step: SampleStep) -> None:
        for make in (_assign, _move, _note, _count):
            draft = make(self._store.incident(self._id), step)
            if draft is not None:
                self._store.save(draft)

    def _place(self) -> IncidentPlace:
        sample, nagari = self._sample, self._gazetteer.nagari(self._sample.nagari)
        return IncidentPlace(
            lon_deg=round(nagari.lon_deg + sample.east_m / _METRES_A_DEGREE, 6),
            lat_deg=round(nagari.lat_deg + sample.north_m / _METRES_A_DEGREE, 6),
            nagari_code=nagari.code,
            nagari=nagari.name,
            kecamatan_code=nagari.kecamatan_code,
            kecamatan=nagari.kecamatan_name,
            certainty=PlaceCertainty.CONFIRMED,
        )


def _assign(incident: Incident, step: SampleStep) -> Draft | None:
    body = IncidentEdited(assignment=step.assignment or msgspec.UNSET)
    return edit_incident(incident, body) if step.assignment else None


def _move(incident: Incident, step: SampleStep) -> Draft | None:
    return move_incident(incident, step.status) if step.status is not None else None


def _note(incident: Incident, step: SampleStep) -> Draft | None:
    return note_incident(incident, step.note) if step.note else None


def _count(incident: Incident, step: SampleStep) -> Draft | None:
    return report_figures(incident, step.figures, source=step.source) if step.figures is not None else None
