"""The shift before a journey: a late fire, a fresh flood, a held change of a posko, and a prepared handover."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from support.console_sync import sync
from support.readings_fixture import Clock
from support.running_server import PASSWORD, RunningServer
from support.window_fixture import KOTO_BARU

from tabuah.console.shifts.handover_sources import read_handover_sources, reread_shift, running_shift
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.exercises.scope import REAL_WORLD, SubjectWorld
from tabuah.operations.incidents.drafts import edit_incident, move_incident, report_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited, IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.roster.entry_bodies import Crew
from tabuah.operations.shifts import drafts as shift_drafts
from tabuah.operations.shifts.entry_bodies import HandoverSide
from tabuah.operations.shifts.handover_summary import summarise_handover
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.sync.session import log_in

FLOOD, FIRE = "Banjir di Koto Baru", "Kebakaran di Pasar Koto Baru"
_MINUTES_TO_FLOOD: Final = 290


@contextmanager
def console_of(server: RunningServer, directory: Path, user: str, clock: Clock) -> Iterator[ConsoleStore]:
    """Open the console of a user, logged in; it is not in sync yet."""
    store = ConsoleStore(directory, clock=clock)
    try:
        log_in(store, url=server.url, user=user, password=PASSWORD)
        yield store
    finally:
        store.close()


def report(store: ConsoleStore, hazard: Hazard, title: str, severity: Severity) -> Incident:
    body = IncidentReported(
        number=store.next_incident_number(),
        hazard=hazard,
        title=title,
        severity=severity,
        channel=Channel.PHONE,
        place=KOTO_BARU,
    )
    key = new_uuid(store.now())
    store.save(report_incident(body, incident_id=key))
    return store.incident(key)


def hand_over(store: ConsoleStore, note: str) -> None:
    """Prepare the handover of the running shift, and confirm its outgoing side."""
    shift, now = running_shift(store, REAL_WORLD), store.now()
    facts = summarise_handover(read_handover_sources(store, shift), shift, now)
    store.save(shift_drafts.prepare_handover(shift, facts, as_of=now, note=note))
    store.save(shift_drafts.confirm_handover(reread_shift(store, shift), HandoverSide.OUTGOING))


def work_earlier_shift(server: RunningServer, folder: Path, clock: Clock, *, user: str, posko: str) -> None:
    """Let a shift be worked by `user`, with a change of `posko` that the server holds for a supervisor."""
    with console_of(server, folder / user, user, clock) as store:
        crew = Crew(name="Regu A", supervisor=user, members=(user,))
        ends_at = clock.now + timedelta(hours=8)
        store.save(
            shift_drafts.start_other_shift(new_uuid(clock.now), crew, clock.now, ends_at, world=SubjectWorld())
        )
        late = report(store, Hazard.FIRE, FIRE, Severity.MODERATE)
        store.save(edit_incident(store.incident(late.id), IncidentEdited(assignment=("Kecamatan Kubung",))))
        sync(store)
        with console_of(server, folder / posko, posko, clock) as other:
            sync(other)
            store.save(edit_incident(store.incident(late.id), IncidentEdited(assignment=("Damkar",))))
            sync(store)
            other.save(edit_incident(other.incident(late.id), IncidentEdited(severity=Severity.CATASTROPHIC)))
            sync(other)
        clock.go(_MINUTES_TO_FLOOD)
        flood = report(store, Hazard.FLOOD, FLOOD, Severity.SEVERE)
        store.save(move_incident(store.incident(flood.id), Status.CONTAINED))
        hand_over(store, "Pompa di Kubung kembali besok")
        sync(store)
    clock.go(10)
