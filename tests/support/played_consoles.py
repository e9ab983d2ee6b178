"""The consoles of a played shift without a window: real stores that sync with a real server."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from support.played_calls import DESK, SHIFT_STARTS_AT, Act, Call, Step, event_of
from support.running_server import PASSWORD

from tabuah.console.incidents.report_entries import addition_entries, report_entries
from tabuah.console.shifts.handover_sources import read_handover_sources, reread_shift, running_shift
from tabuah.gis.gazetteer import Gazetteer
from tabuah.operations.alarms.drafts import acknowledge_alarm
from tabuah.operations.codes import Severity, Status
from tabuah.operations.exercises.scope import REAL_WORLD, SubjectWorld
from tabuah.operations.incidents.drafts import edit_incident, merge_incidents, move_incident
from tabuah.operations.incidents.duplicates import ReportFeatures, duplicates_of, find_duplicates
from tabuah.operations.incidents.entry_bodies import IncidentAnswered, IncidentEdited, IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.operations.roster.entry_bodies import Crew
from tabuah.operations.shifts import drafts as shift_drafts
from tabuah.operations.shifts.entry_bodies import HandoverSide, PromiseOutcome
from tabuah.operations.shifts.handover_summary import summarise_handover
from tabuah.operations.tasks.drafts import add_task
from tabuah.operations.tasks.task import OwnerKind, TaskOwner
from tabuah.storage.cache.map.maps import load_maps
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import run_sync_pass

CREW: Final = Crew(name="Regu B", supervisor="rina", members=("ani", "budi"))
_METRES_A_DEGREE: Final = 111_320.0


class PlayedConsole:
    """One console of a person; `is_offline` stops its sync. `offered` states for each duplicate if it came first."""

    def __init__(
        self, directory: Path, *, url: str, user: str, clock: Callable[[], datetime], calls: tuple[Call, ...]
    ) -> None:
        self.user, self.calls, self.is_offline = user, calls, False
        self.offered: dict[str, bool] = {}
        self.store = ConsoleStore(directory, clock=clock)
        log_in(self.store, url=url, user=user, password=PASSWORD)
        self._gazetteer: Gazetteer = load_maps(directory).gazetteer()
        self.sync()

    def close(self) -> None:
        self.store.close()

    def sync(self) -> None:
        if not self.is_offline:
            session = ConsoleSession(self.store)
            with session.client:
                run_sync_pass(self.store, session)

    def do(self, step: Step) -> None:
        """Do a step, between two syncs."""
        self.is_offline = step.act is not Act.RETURN and (self.is_offline or step.act is Act.LEAVE)
        self.sync()
        if step.call is None:
            self._work_shift(step.act)
        else:
            self._work_call(step.act, step.call)
        self.sync()

    def _work_call(self, act: Act, call: Call) -> None:
        match act:
            case Act.TAKE:
                self._take(call)
            case Act.DISPATCH:
                self._dispatch(self.incident_of(call))
            case Act.CONTAIN:
                self.store.save(move_incident(self.incident_of(call), Status.CONTAINED))
            case Act.CLOSE:
                self.store.save(move_incident(self.incident_of(call), Status.CLOSED, reason="Penanganan selesai"))

    def _work_shift(self, act: Act) -> None:
        match act:
            case Act.ROUND:
                self._acknowledge_alarms()
            case Act.START:
                self._start_shift()
            case Act.PROMISE:
                self._promise()
            case Act.REVIEW:
                self._merge_repeated()
            case Act.HAND_OVER:
                self._hand_over()
            case Act.TAKE_OVER:
                shift = running_shift(self.store, REAL_WORLD)
                self.store.save(shift_drafts.confirm_handover(shift, HandoverSide.INCOMING))

    def incident_of(self, call: Call) -> Incident:
        """Return the incident that a call reported."""
        return next(each for each in self.store.incidents() if each.title == call.title)

    def _take(self, call: Call) -> None:
        event = event_of(call, self.calls)
        place = self._place(call)
        features = ReportFeatures(
            hazard=call.hazard, place=place, occurred_at=self.store.now(), words=f"{call.title} {call.note}"
        )
        shown = find_duplicates(features, self.store.incidents())
        is_first = bool(shown) and shown[0].incident.title == event.title
        answered = IncidentAnswered(people_at_risk=call.people)
        if call.same_as:
            self.offered[call.key] = is_first
        if call.same_as and is_first:
            found = shown[0].incident
            self.store.save_all(addition_entries(self.store, found, call.note, answered, caller=call.caller))
            return
        body = IncidentReported(
            number=self.store.next_incident_number(),
            hazard=call.hazard,
            title=call.title,
            severity=Severity.MODERATE,
            place=place,
            description=call.note,
        )
        self.store.save_all(report_entries(self.store, body, answered, scope=REAL_WORLD, caller=call.caller))

    def _place(self, call: Call) -> IncidentPlace:
        nagari = self._gazetteer.nagari(call.nagari)
        return IncidentPlace(
            lon_deg=round(nagari.lon_deg + call.east_m / _METRES_A_DEGREE, 6),
            lat_deg=round(nagari.lat_deg + call.north_m / _METRES_A_DEGREE, 6),
            nagari_code=nagari.code,
            nagari=nagari.name,
            kecamatan_code=nagari.kecamatan_code,
            kecamatan=nagari.kecamatan_name,
            certainty=PlaceCertainty.APPROXIMATE,
        )

    def _dispatch(self, incident: Incident) -> None:
        """Verify and assign; the desk also gives the crew a task, which a posko may not."""
        self.store.save(move_incident(incident, Status.VERIFIED))
        self.store.save(edit_incident(self._again(incident), IncidentEdited(assignment=("TRC-1",))))
        self.store.save(move_incident(self._again(incident), Status.ASSIGNED))
        if self.user != DESK:
            return
        owner = TaskOwner(kind=OwnerKind.UNIT, name="TRC-1")
        self.store.save(add_task(new_uuid(self.store.now()), incident, what="Laporkan keadaan", owner=owner))

    def _again(self, incident: Incident) -> Incident:
        return self.store.incident(incident.id)

    def _acknowledge_alarms(self) -> None:
        """Acknowledge the alarms that are older than a round, except the newest."""
        if self.user != CREW.supervisor:
            return
        waiting = [each for each in self.store.alarms() if each.is_active and each.acknowledged_at is None]
        for alarm in sorted(waiting, key=lambda each: each.raised_at)[:-1]:
            self.store.save(acknowledge_alarm(alarm))

    def _start_shift(self) -> None:
        now = self.store.now()
        started = shift_drafts.start_other_shift(
            new_uuid(now), CREW, now, SHIFT_STARTS_AT + timedelta(hours=13), world=SubjectWorld()
        )
        self.store.save(started)

    def _promise(self) -> None:
        """Make a promise, after the one before was kept."""
        shift = running_shift(self.store, REAL_WORLD)
        for promise in shift.promises:
            if promise.is_open:
                self.store.save(shift_drafts.end_promise(shift, promise, PromiseOutcome.DONE))
                shift = reread_shift(self.store, shift)
        due_at = self.store.now() + timedelta(hours=3)
        self.store.save(shift_drafts.make_promise(shift, "Kirim 20 terpal", to="Wali nagari", due_at=due_at))
        shift = reread_shift(self.store, shift)
        self.store.save(shift_drafts.log_line(shift, "Terpal disiapkan di gudang"))

    def _merge_repeated(self) -> None:
        """Merge what was reported twice while the posko was offline, if the other report is proposed first."""
        for call in self.calls:
            found = [each for each in self.store.incidents() if call.same_as and each.title == call.title]
            if found and found[0].is_open:
                proposed = duplicates_of(found[0], self.store.incidents())
                if proposed and proposed[0].incident.title == event_of(call, self.calls).title:
                    self.store.save(merge_incidents(found[0], proposed[0].incident))

    def _hand_over(self) -> None:
        shift, now = running_shift(self.store, REAL_WORLD), self.store.now()
        facts = summarise_handover(read_handover_sources(self.store, shift), shift, now)
        self.store.save(shift_drafts.prepare_handover(shift, facts, as_of=now, note="Sungai masih tinggi"))
        self.store.save(shift_drafts.confirm_handover(reread_shift(self.store, shift), HandoverSide.OUTGOING))
