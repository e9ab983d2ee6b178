"""Shifts: the log keeps every line, and a handover is confirmed once by each of two people, as it was shown."""

from datetime import timedelta
from itertools import permutations

import msgspec
import pytest
from support.judged_journal import MORNING, Author, JudgedJournal

from tabuah.operations.deferred_entries import decode_held
from tabuah.operations.entries import Decision, Draft, Verdict
from tabuah.operations.entry_dependencies import dependency_names
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.people.roles import CONTROL_ROOM, Role
from tabuah.operations.policy.policy import STRICT_VERSION
from tabuah.operations.roster.drafts import ShiftRef, plan_shift
from tabuah.operations.roster.duty import ShiftOfWeek
from tabuah.operations.roster.entry_bodies import Crew, ShiftTime
from tabuah.operations.roster.iso_week import IsoWeek
from tabuah.operations.roster.week_roster import PlannedCrew, WeekRoster
from tabuah.operations.shifts import drafts
from tabuah.operations.shifts.decisions import roster_shift_key
from tabuah.operations.shifts.duty_shift import MAX_LINES, DutyShift, open_shift
from tabuah.operations.shifts.entry_bodies import HandoverSide, PromiseOutcome
from tabuah.operations.shifts.handover_facts import FactGroup, FactKind, HandoverItem

CREW = Crew(name="Regu A", supervisor="rina", members=("budi",))
REAL = SubjectWorld()
KEY = "00000000-0000-7000-8000-00000000a001"
FACTS = (FactGroup(kind=FactKind.OPEN_INCIDENTS, count=1, items=(HandoverItem(ref="incident/x", name="26-1"),)),)
OUT, IN = HandoverSide.OUTGOING, HandoverSide.INCOMING


class Room:
    """A control room with a shift of Rina and Budi; Yusuf comes next."""

    def __init__(self) -> None:
        self.journal = JudgedJournal()
        self.rina = self.journal.author("rina", Role.SUPERVISOR)
        self.budi = self.journal.author("budi")
        self.yusuf = self.journal.author("yusuf", Role.SUPERVISOR)
        self.key = KEY

    @property
    def shift(self) -> DutyShift:
        value = self.journal.states[f"shift/{self.key}"].value
        assert isinstance(value, DutyShift)
        return value

    def start(self) -> Decision:
        end = MORNING + timedelta(hours=24)
        return self.journal.write(self.rina, drafts.start_other_shift(KEY, CREW, MORNING, end, world=REAL))

    def write(self, draft: Draft, by: Author | None = None) -> str:
        decision = self.journal.write(by or self.rina, draft)
        return decision.reason or decision.verdict

    def prepare(self, view: DutyShift | None = None, by: Author | None = None, note: str = "") -> str:
        return self.write(drafts.prepare_handover(view or self.shift, FACTS, as_of=MORNING, note=note), by)

    def confirm(self, side: HandoverSide, by: Author, view: DutyShift | None = None) -> str:
        return self.write(drafts.confirm_handover(view or self.shift, side), by)


@pytest.fixture
def room() -> Room:
    room = Room()
    assert room.start().verdict is Verdict.ACCEPTED
    return room


@pytest.mark.parametrize("role", list(Role))
def test_only_the_control_room_writes_shifts(role: Role):
    journal = JudgedJournal()
    end = MORNING + timedelta(hours=8)
    decision = journal.write(
        journal.author("ani", role), drafts.start_other_shift(KEY, CREW, MORNING, end, world=REAL)
    )
    assert (decision.verdict is Verdict.ACCEPTED) is (role in CONTROL_ROOM)


def test_servers_before_version_three_reject_shifts():
    room = Room()
    room.journal = JudgedJournal(decide_version=STRICT_VERSION)
    room.rina = room.journal.author("rina", Role.SUPERVISOR)
    assert room.start().reason == "unknown_kind"


def roster_shift() -> ShiftOfWeek:
    journal, ref = JudgedJournal(), ShiftRef(IsoWeek(2026, 48), ShiftTime(day=2, start="08:00"))
    journal.write(journal.author("rina", Role.SUPERVISOR), plan_shift({}, ref, PlannedCrew(crew=CREW)))
    (state,) = journal.states.values()
    assert isinstance(state.value, WeekRoster)
    return ShiftOfWeek(state.value, state.value.planned_shifts[0])


def test_shift_of_the_roster_is_one_subject_at_every_desk(room: Room):
    draft = drafts.start_roster_shift(roster_shift(), REAL)
    assert room.write(draft, room.rina) == room.write(draft, room.yusuf) == Verdict.ACCEPTED
    room.key = roster_shift_key("2026-W48", "2T08:00")
    assert draft.subject == f"shift/{room.key}"
    assert room.shift.started_by == "rina"
    assert room.shift.joined == ("yusuf",)
    assert room.shift.people == ("rina", "budi", "yusuf")
    other = msgspec.structs.replace(draft, subject=f"shift/{KEY[:-1]}9")
    assert room.write(other) == "subject_of_another_name"


def test_shift_of_an_exercise_has_another_key():
    keys = {
        roster_shift_key("2026-W48", "2T08:00"),
        roster_shift_key("2026-W48", "2T08:00", exercise=True),
        roster_shift_key("2026-W48", "2T08:00", exercise=True, exercise_id="x"),
    }
    assert len(keys) == 3


def test_log_line_of_another_world_is_rejected(room: Room):
    draft = drafts.log_line(room.shift, "gladi")
    assert room.write(msgspec.structs.replace(draft, exercise=True)) == "exercise_differs"


def test_log_keeps_corrected_lines_and_sorts_by_time(room: Room):
    room.write(drafts.log_line(room.shift, "air naik", at=MORNING + timedelta(hours=2)), room.budi)
    room.write(drafts.log_line(room.shift, "telepon camat", at=MORNING + timedelta(hours=1)))
    first = room.shift.log[1]
    room.write(drafts.log_line(room.shift, "air turun", corrects=first.entry))
    assert [line.text for line in room.shift.log if line.entry not in room.shift.corrected()] == [
        "air turun",
        "telepon camat",
    ]
    assert first in room.shift.log


def test_correction_waits_for_its_line(room: Room):
    draft = drafts.log_line(room.shift, "x", corrects="entry-that-comes-later")
    assert room.journal.write(room.rina, draft).verdict is Verdict.HELD


def test_line_is_found_by_the_correction_that_waits_for_it(room: Room):
    room.journal.write(room.rina, drafts.log_line(room.shift, "x", corrects="entry-that-comes-later"))
    (text,) = room.journal.states[f"shift/{KEY}"].held.values()
    assert "entry-that-comes-later" in dependency_names(decode_held(text))


def test_log_is_bounded(room: Room):
    state = room.journal.states[f"shift/{KEY}"]
    room.write(drafts.log_line(room.shift, "x"))
    full = msgspec.structs.replace(room.shift, log=room.shift.log * MAX_LINES)
    room.journal.states[f"shift/{KEY}"] = msgspec.structs.replace(state, value=full)
    assert room.write(drafts.log_line(full, "y")) == "too_many_log_lines"


def test_log_line_of_a_closed_shift_is_kept(room: Room):
    view = room.shift
    room.write(drafts.close_shift(view, reason="posko ditutup"))
    assert room.write(drafts.log_line(view, "terlambat terkirim"), room.budi) == Verdict.ACCEPTED
    assert not room.shift.is_open
    assert room.prepare() == "shift_closed"


def test_promise_ends_once(room: Room):
    due = MORNING + timedelta(hours=3)
    room.write(drafts.make_promise(room.shift, "kirim terpal", to="Wali nagari", due_at=due))
    (promise,) = room.shift.open_promises
    view = room.shift
    assert room.write(drafts.end_promise(view, promise, PromiseOutcome.DONE, note="dikirim")) == Verdict.ACCEPTED
    late = drafts.end_promise(view, promise, PromiseOutcome.WITHDRAWN)
    assert room.write(late, room.budi) == "promise_already_ended"
    assert room.shift.promises[0].outcome is PromiseOutcome.DONE
    assert room.shift.open_promises == ()


def test_two_people_confirm_and_close_the_shift(room: Room):
    assert room.prepare(note="pompa di Kubung") == Verdict.ACCEPTED
    assert room.confirm(OUT, room.budi) == Verdict.ACCEPTED
    assert room.shift.is_open
    assert room.confirm(IN, room.yusuf) == Verdict.ACCEPTED
    handover = room.shift.handover
    assert handover is not None
    assert (handover.outgoing.by, handover.incoming.by) == ("budi", "yusuf")
    assert (room.shift.closed_by, room.shift.close_reason) == ("yusuf", "")
    assert room.write(drafts.reopen_shift(room.shift, reason="salah")) == "handover_complete"


def test_one_person_never_confirms_both_sides(room: Room):
    room.prepare()
    for first, second in permutations((OUT, IN)):
        room.prepare()
        assert room.confirm(first, room.rina) == Verdict.ACCEPTED
        assert room.confirm(second, room.rina) == "same_person"


def test_outgoing_side_is_confirmed_by_a_person_of_the_shift(room: Room):
    room.prepare()
    assert room.confirm(OUT, room.yusuf) == "not_of_shift"
    room.write(drafts.join_shift(room.shift), room.yusuf)
    assert room.confirm(OUT, room.yusuf) == Verdict.ACCEPTED
    assert room.confirm(OUT, room.budi) == "already_confirmed"


def test_second_handover_of_the_same_view_is_rejected(room: Room):
    view = room.shift
    assert room.prepare(view, note="Rina") == Verdict.ACCEPTED
    assert room.prepare(view, room.budi, note="Budi") == "handover_changed"
    assert room.shift.handover.note == "Rina"
    assert room.prepare(note="baru") == Verdict.ACCEPTED


def test_confirmation_of_a_replaced_handover_is_rejected(room: Room):
    room.prepare(note="lama")
    view = room.shift
    room.prepare(note="baru")
    assert room.confirm(IN, room.yusuf, view) == "handover_changed"
    assert room.shift.handover.incoming is None


def test_replacement_of_a_confirmed_handover_needs_the_present_view(room: Room):
    room.prepare()
    view = room.shift
    room.confirm(OUT, room.rina)
    assert room.prepare(view, room.budi) == "handover_changed"
    assert room.prepare(note="baru") == Verdict.ACCEPTED
    assert room.shift.handover.outgoing is None


def test_confirmation_names_the_content_that_was_shown(room: Room):
    room.prepare()
    draft = drafts.confirm_handover(room.shift, OUT)
    body = msgspec.json.decode(draft.body)
    false = msgspec.structs.replace(draft, body=encode_body({**body, "content_hash": "0" * 64}))
    assert room.write(false) == "handover_hash"
    prepared = drafts.prepare_handover(room.shift, FACTS, as_of=MORNING)
    body = msgspec.json.decode(prepared.body)
    false = msgspec.structs.replace(prepared, body=encode_body({**body, "note": "lain"}))
    assert room.write(false) == "handover_hash"


def test_withdrawn_handover_can_be_prepared_again(room: Room):
    room.prepare()
    room.confirm(OUT, room.rina)
    view = room.shift
    assert room.write(drafts.withdraw_handover(view)) == Verdict.ACCEPTED
    assert room.confirm(IN, room.yusuf, view) == "handover_changed"
    assert room.prepare() == Verdict.ACCEPTED


def test_confirmation_waits_for_a_handover_that_has_not_arrived(room: Room):
    ahead = msgspec.structs.replace(room.shift)
    room.prepare()
    seen = room.shift
    unknown = msgspec.structs.replace(seen.handover, entry="not-here-yet")
    draft = drafts.confirm_handover(msgspec.structs.replace(ahead, handover=unknown), IN)
    assert room.journal.write(room.yusuf, draft).verdict is Verdict.HELD


def test_closed_shift_reopens_if_it_has_no_handover(room: Room):
    room.write(drafts.close_shift(room.shift, reason="salah pilih"))
    assert open_shift([room.shift], MORNING + timedelta(hours=1)) is None
    assert room.write(drafts.reopen_shift(room.shift, reason="masih berjalan")) == Verdict.ACCEPTED
    assert open_shift([room.shift], MORNING + timedelta(hours=1)) == room.shift
    assert room.write(drafts.reopen_shift(room.shift, reason="lagi")) == "shift_not_closed"
