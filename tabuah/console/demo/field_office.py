"""The field office: logs in, writes its reports at the times when they happened, without a network, then syncs."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from tabuah.console.demo.board import STORIES, Step, Story
from tabuah.console.demo.cast import Player
from tabuah.gis.gazetteer import Gazetteer
from tabuah.operations.entries import Draft
from tabuah.operations.incidents.bodies import IncidentEdited, IncidentReported
from tabuah.operations.incidents.gestures import (
    count_for_incident,
    edit_incident,
    move_incident,
    note_incident,
    report_incident,
)
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.places import IncidentPlace, PlaceCertainty
from tabuah.storage.cache.desk import utc_now
from tabuah.storage.cache.maps import load_maps
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.sync.once import sync_once
from tabuah.storage.sync.session import ConsoleSession, log_in

_METRES_A_DEGREE = 111_320.0  # near the equator, both ways


class ToldClock:
    """A clock that stands where the story is."""

    def __init__(self) -> None:
        self.at = utc_now()

    def __call__(self) -> datetime:
        """The moment that is told."""
        return self.at


def write_board(folder: Path, *, url: str, player: Player) -> int:
    """Log in at a field office, write all stories into its own cache as its user, then send them.

    Returns:
        How many incidents were reported.

    Raises:
        SyncError: the server does not take them.
    """
    now, clock = utc_now(), ToldClock()
    gazetteer = load_maps(folder).gazetteer()
    store = ConsoleStore(folder, clock=clock)
    try:
        log_in(store, url=url, user=player.name, password=player.password)
        for ago_min, act in sorted(_acts(store, gazetteer), key=lambda act: -act[0]):
            clock.at = now - timedelta(minutes=ago_min)
            act()
        clock.at = utc_now()
        session = ConsoleSession(store)
        with session.client:
            sync_once(store, session)
        return len(store.incidents())
    finally:
        store.close()


def _acts(store: ConsoleStore, gazetteer: Gazetteer) -> list[tuple[float, Callable[[], None]]]:
    """Everything that is written, each with how many minutes ago."""
    acts: list[tuple[float, Callable[[], None]]] = []
    for story in STORIES:
        writer = _Writer(store, gazetteer, story)
        acts.append((story.ago_min, writer.report))
        acts += [(step.ago_min, writer.act_of(step)) for step in story.steps]
    return acts


class _Writer:
    """Writes one incident."""

    def __init__(self, store: ConsoleStore, gazetteer: Gazetteer, story: Story) -> None:
        self._store, self._gazetteer, self._story = store, gazetteer, story
        self._id = ""

    def report(self) -> None:
        story = self._story
        self._id = new_uuid(self._store.now())
        body = IncidentReported(
            number=self._store.next_incident_number(),
            hazard=story.hazard,
            title=story.title,
            severity=story.severity,
            channel=story.channel,
            place=self._place(),
            description=story.text,
        )
        self._store.save(report_incident(body, incident_id=self._id, exercise=True))

    def act_of(self, step: Step) -> Callable[[], None]:
        """What writes a step when its time has come."""
        return lambda: self._write(step)

    def _write(self, step: Step) -> None:
        for make in (_assign, _move, _note, _count):
            draft = make(self._store.incident(self._id), step)
            if draft is not None:
                self._store.save(draft)

    def _place(self) -> IncidentPlace:
        story, nagari = self._story, self._gazetteer.nagari(self._story.nagari)
        return IncidentPlace(
            lon_deg=round(nagari.lon_deg + story.east_m / _METRES_A_DEGREE, 6),
            lat_deg=round(nagari.lat_deg + story.north_m / _METRES_A_DEGREE, 6),
            nagari_code=nagari.code,
            nagari=nagari.name,
            kecamatan_code=nagari.kecamatan_code,
            kecamatan=nagari.kecamatan_name,
            certainty=PlaceCertainty.CONFIRMED,
        )


def _assign(incident: Incident, step: Step) -> Draft | None:
    body = IncidentEdited(assignment=step.assignment or msgspec.UNSET)
    return edit_incident(incident, body) if step.assignment else None


def _move(incident: Incident, step: Step) -> Draft | None:
    return move_incident(incident, step.status) if step.status is not None else None


def _note(incident: Incident, step: Step) -> Draft | None:
    return note_incident(incident, step.note) if step.note else None


def _count(incident: Incident, step: Step) -> Draft | None:
    return count_for_incident(incident, step.figures, source=step.source) if step.figures is not None else None
