"""Moves of exercises: started, worked in by several offices, ended and wiped; and entries of the wrong world."""

import contextlib

from histories import gestures
from histories.auditor import Audit
from histories.base_machine import CONSOLES, CRASHES, PICKS, TROUBLES, WORK, HistoryMachine, Work
from histories.faulty_transport import Trouble
from histories.outsider import outsider_of
from histories.world import Console
from histories.world_oracle import check_wiped, check_worlds, wiped_exercises
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from support.unit_samples import unit_card

from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.exercises.drafts import end_exercise, start_exercise, wipe_exercise
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import code_in_exercise
from tabuah.operations.incidents.drafts import edit_incident, merge_incidents, note_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.readings.reading import Reading
from tabuah.operations.units.drafts import move_unit, register_unit, unit_in_exercise
from tabuah.operations.units.unit import Unit, UnitState
from tabuah.storage.cache import wiped_exercises as console_deletion
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

LEADER = "sari"
MAX_REPORTS = 2  # in one exercise
CHANGES_OF_EXERCISES = ("start", "end", "wipe", "wipe")


class ExerciseMoves(HistoryMachine):
    """Moves of exercises."""

    @initialize()
    def delete_at_once(self) -> None:
        """Delete files of wiped exercises also seconds after they were stored, which is the age of all files here."""
        self.patch(console_deletion, "JUST_STORED_S", 0.0)

    @rule(number=CONSOLES, what=st.sampled_from(CHANGES_OF_EXERCISES), pick=PICKS, crash=CRASHES)
    def lead_exercise(self, number: int, what: str, pick: int, crash: int) -> None:
        """Start, end or wipe an exercise as a supervisor, perhaps without a connection."""
        self.lead(self.leader(number), what, pick, crash)

    @rule(
        number=CONSOLES,
        work=WORK,
        pick=PICKS,
        troubles=TROUBLES,
        steps=st.lists(st.booleans(), min_size=4, max_size=4),
    )
    def exercise_passes(self, number: int, work: Work, pick: int, troubles: list[Trouble], steps: list[bool]) -> None:
        """Run an exercise from its start to the wipe; `steps` are the exchanges that take place in between."""
        leader, other = self.leader(number), self.console(number)
        self.lead(leader, "start", pick, 0)
        for console in (leader, other):
            if steps[0]:
                self.exchange(console)
            self.work_in_exercise(console, pick)
        for act, each, stale in work:
            self.change(other, act, each, stale=stale, crash=0)
        if steps[1]:
            self.exchange(other, troubles)
        self.lead(leader, "end", pick, 0)
        if steps[2]:
            self.exchange(leader, troubles)
            self.work_in_exercise(other, pick + 1)
        self.lead(leader, "wipe", pick, 0)
        self.exchange(leader)
        if steps[3]:
            self.exchange(other, troubles)

    @rule(number=CONSOLES, pick=PICKS)
    def dispatch(self, number: int, pick: int) -> None:
        """Send a unit to an incident of any world; consoles refuse those of another one."""
        console = self.console(number)
        self.register_real_unit(console)
        units, incidents = console.store.units(), console.store.incidents()
        if units and incidents:
            unit, incident = units[pick % len(units)], incidents[pick // 4 % len(incidents)]
            sent = move_unit(unit, list(UnitState)[pick % 3], incident=incident.id)
            before = console.store.chain_length
            self.save(console, sent, None, 0)
            differs = (unit.exercise, unit.exercise_id) != (incident.exercise, incident.exercise_id)
            assert not (differs and console.store.chain_length > before), f"{sent} was saved"

    @rule(user=st.sampled_from(["ani", LEADER]), pick=PICKS)
    def mix_worlds(self, user: str, pick: int) -> None:
        """Push an entry of another world than its subject, or than the subjects that it names, by another program."""
        drafts = self.mixtures(pick)
        if drafts:
            _entry, result = outsider_of(self.world, user).write(drafts[pick % len(drafts)])
            assert result.verdict in (Verdict.REJECTED, Verdict.HELD), f"the worlds were mixed: {result}"

    # parts of moves

    def leader(self, number: int) -> Console:
        leaders = [console for console in self.world.consoles if console.user == LEADER]
        return leaders[number % len(leaders)] if leaders else self.console(number)

    def lead(self, console: Console, what: str, pick: int, crash: int) -> None:
        known = console.store.exercises()
        change = {"end": end_exercise, "wipe": wipe_exercise}.get(what)
        of_interest = [each for each in known if not each.is_wiped and each.is_running is (what == "end")]
        if change is not None and of_interest:
            self.save(console, change(of_interest[pick % len(of_interest)]), None, crash)
        elif change is None and not any(each.is_running for each in known):
            name = f"Gladi {len(known)}"
            suffix = f"{console.store.now():%H%M%S%f}"
            self.save(console, start_exercise(name, known=known, suffix=suffix), None, crash)

    def work_in_exercise(self, console: Console, pick: int) -> None:
        """Register a unit, report an incident and attach a photo in an exercise that runs; or one that did."""
        running = [each for each in console.store.exercises() if each.is_running]
        if not running:
            return
        exercise = running[pick % len(running)]
        if pick % 3 == 0:
            card = unit_in_exercise(unit_card(), exercise.id)
            self.save(console, register_unit(card, exercise=True, exercise_id=exercise.id), None, 0)
            self.receive_reading(console, exercise)
        inside = [each for each in console.store.incidents() if each.exercise_id == exercise.id]
        if len(inside) < MAX_REPORTS:
            self.save(console, gestures.report(console.store, 3 * pick, exercise_id=exercise.id), None, 0)
        self.world.look(console)
        for view in console.views.values():
            if view.incident.exercise_id == exercise.id:
                act = ("attach", "secret", "note", "severity")[pick % 4]
                with self.storing_photo(console, pick) if act == "attach" else contextlib.nullcontext():
                    self.save(console, gestures.change(act, pick, view.incident, view.incident), view, 0)

    def receive_reading(self, console: Console, exercise: Exercise) -> None:
        """Store a reading of a station of the exercise, as if it came by the live stream."""
        reading = Reading(code_in_exercise("SLK-AWLR-03", exercise.id), "stage_m", console.store.now(), 1.0)
        with ReadingsStore(console.store.directory / FILE_NAME) as readings:
            readings.store([reading])

    def register_real_unit(self, console: Console) -> None:
        if not self.world.server.journal.states_of_kind("unit"):
            self.world.server.journal.append_drafts([register_unit(unit_card())])
            self.exchange(console)

    def mixtures(self, pick: int) -> list[Draft]:
        """Return drafts that mix two worlds."""
        journal = self.world.server.journal
        values = [state.value for _s, state in sorted(journal.states_of_kind("incident").items())]
        incidents = [value for value in values if isinstance(value, Incident)]
        real = [incident for incident in incidents if not incident.exercise]
        drills = [incident for incident in incidents if incident.exercise_id]
        units = [state.value for _s, state in sorted(journal.states_of_kind("unit").items())]
        drafts = []
        for one in real[:1]:
            edit = edit_incident(one, IncidentEdited(title=f"judul {pick}"))
            drafts.append(as_exercise(edit, "tidak-ada"))
            drafts += [as_exercise(edit, key) for key in sorted(journal.authority.exercises)]
            drafts += [move_unit(unit, UnitState.ASSIGNED, incident=one.id) for unit in _drill_units(units)]
        for drill in drills[:1]:
            drafts.append(as_exercise(note_incident(drill, f"catatan {pick}"), ""))
            drafts += [merge_incidents(a, b) for one in real[:1] for a, b in ((one, drill), (drill, one))]
        return drafts

    # checks

    def check_after_exchange(self, console: Console) -> None:
        """Check also that nothing of a wiped exercise is shown."""
        super().check_after_exchange(console)
        wiped = {key for key, each in console.store.authority().exercises.items() if each.is_wiped}
        shown = [*console.store.incidents(), *console.store.units()] if wiped else []
        assert not [each for each in shown if each.exercise_id in wiped], f"{console.name} shows a wiped exercise"

    def check_end(self, audited: Audit) -> None:
        super().check_end(audited)
        check_worlds(audited)
        if wiped_exercises(audited):
            check_wiped(self.world, audited)


def as_exercise(draft: Draft, exercise_id: str) -> Draft:
    """Return a draft that belongs to another exercise, or to the real world."""
    return Draft(
        subject=draft.subject,
        kind=draft.kind,
        body=draft.body,
        base=draft.base,
        exercise=bool(exercise_id),
        exercise_id=exercise_id,
    )


def _drill_units(values: list[object]) -> list[Unit]:
    return [value for value in values if isinstance(value, Unit) and value.exercise_id]
