"""The shift on duty as the window shows it."""

from collections.abc import Mapping
from datetime import datetime

from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.exercises.scope import ExerciseScope
from tabuah.operations.people.authority import User
from tabuah.operations.roster.duty import shift_at
from tabuah.operations.shifts.duty_shift import (
    DutyShift,
    Handover,
    last_completed_handover,
    open_shift,
)
from tabuah.operations.shifts.entry_bodies import HandoverSide
from tabuah.operations.shifts.handover_summary import open_promises
from tabuah.resources.localisation import _, format_moment, ngettext
from tabuah.text.exercises.exercise_text import scope_label
from tabuah.text.people.permissions import role_refusal
from tabuah.text.roster.roster_text import person_name
from tabuah.text.shifts.shift_text import (
    confirmation_text,
    group_lines,
    group_title,
    handover_reminder,
    line_text,
    people_text,
    promise_text,
    shift_state,
    shift_title,
)
from tabuah.text.sync.verdict_reasons import REASONS, REFUSALS
from tabuah.widgets.shifts.values import DutyAct, DutyLine, DutyShiftView, ListedShift, ShiftListAct
from tabuah.widgets.values import FactItem, Level


def shown_shift(snapshot: ConsoleSnapshot, now: datetime) -> DutyShift | None:
    """Return the running shift of the world of the window."""
    return open_shift(snapshot.shifts.values(), now)


def shift_view(
    snapshot: ConsoleSnapshot, scope: ExerciseScope, now: datetime, *, subject: str, chosen: str = ""
) -> DutyShiftView:
    """Return the view of the running shift; without one, how to start it.

    Args:
        chosen: id of another shift, which is shown instead and can only be read.
    """
    running, refusal = shown_shift(snapshot, now), role_refusal(snapshot.role, "shift.logged")
    earlier = snapshot.shifts.get(chosen) if running is None or chosen != running.id else None
    shift = earlier or running
    if earlier is not None:
        refusal = _("Another shift is shown: choose the running one in the list.")
    reasons = dict.fromkeys(DutyAct, refusal) if refusal else _reasons(snapshot, shift)
    reasons[DutyAct.LOG_IN] = ""
    reasons[DutyAct.EXPORT] = "" if exported_shift(snapshot, earlier) else _("No handover is prepared.")
    shifts = listed_shifts(snapshot)
    reasons[DutyAct.LIST] = "" if shifts else _("No shifts yet.")
    if shift is None:
        return _without_shift(snapshot, scope, now, refusal=refusal, reasons=reasons)
    reminder = handover_reminder(shift, now)
    return DutyShiftView(
        title=shift_title(shift),
        exercise=scope_label(scope, snapshot.exercises),
        people=people_text(shift, snapshot.authority.users),
        state=reminder or shift_state(shift),
        level=Level.HIGH if reminder else None,
        log=_log(snapshot, shift, now),
        promises=_promises(snapshot, scope, now),
        facts=_facts(shift.handover),
        notes=_notes(shift.handover, snapshot.authority.users),
        subject=subject,
        can_write=not refusal,
        reasons=reasons,
        shifts=shifts,
    )


def _without_shift(
    snapshot: ConsoleSnapshot, scope: ExerciseScope, now: datetime, *, refusal: str, reasons: dict[DutyAct, str]
) -> DutyShiftView:
    """Return the view while no shift is running: the handover that was completed last, and how to start one."""
    last = last_completed_handover(snapshot.shifts.values())
    facts = (
        DutyLine(text=_("A handover belongs to a shift. F2 shows the log, where it is started."), is_faint=True),
    )
    return DutyShiftView(
        title=_("No shift is running"),
        people=_("Handover complete: {shift}").format(shift=shift_title(last)) if last else "",
        state=refusal or _next_step(snapshot, now),
        exercise=scope_label(scope, snapshot.exercises),
        log=(DutyLine(text=_("The log begins with the shift."), is_faint=True),),
        facts=_completion(last, refusal) if last else facts,
        notes=_notes(last.handover, snapshot.authority.users) if last else (),
        reasons=reasons,
        shifts=listed_shifts(snapshot),
    )


def _completion(shift: DutyShift, refusal: str) -> tuple[DutyLine, ...]:
    next_shift = () if refusal else (DutyLine(text=_("F3 starts the next shift.")),)
    return (
        DutyLine(text=_("The handover is complete"), is_heading=True),
        DutyLine(
            text=_("Both people confirmed it, and the shift {shift} has ended.").format(shift=shift_title(shift))
        ),
        DutyLine(text=_("Shift+F4 saves its record (PDF or text).")),
        *next_shift,
    )


def listed_shifts(snapshot: ConsoleSnapshot) -> tuple[ListedShift, ...]:
    """Return the rows of all shifts of the world of the window, the last one first."""
    users, refusal = snapshot.authority.users, role_refusal(snapshot.role, "shift.reopened")
    running = next((each for each in snapshot.shifts.values() if each.is_open), None)
    if running is not None and not refusal:
        refusal = _(REFUSALS["shift_running"]).format(crew=running.crew.name)
    ordered = sorted(snapshot.shifts.values(), key=lambda each: (each.starts_at, each.id), reverse=True)
    return tuple(_listed(shift, users, refusal) for shift in ordered)


def _listed(shift: DutyShift, users: Mapping[str, User], refusal: str) -> ListedShift:
    lines, promises = len(shift.log), len(shift.open_promises)
    counts = (
        ngettext("{n} line", "{n} lines", lines).format(n=lines),
        ngettext("{n} open promise", "{n} open promises", promises).format(n=promises) if promises else "",
    )
    is_handed_over = shift.handover is not None and shift.handover.is_complete
    return ListedShift(
        id=shift.id,
        text=shift_title(shift),
        about=people_text(shift, users),
        at=shift_state(shift),
        author=" · ".join(filter(None, counts)),
        level=Level.NORMAL if shift.is_open else Level.NO_DATA,
        reasons={
            ShiftListAct.REOPEN: _(REASONS["handover_complete"]) if is_handed_over else refusal,
            ShiftListAct.EXPORT: "" if shift.handover else _("No handover is prepared."),
        },
    )


def exported_shift(snapshot: ConsoleSnapshot, earlier: DutyShift | None) -> DutyShift | None:
    """Return the shift whose record is exported: the one that is shown, else the last that was handed over."""
    if earlier is None:
        return handed_over_shift(snapshot)
    return earlier if earlier.handover is not None else None


def handed_over_shift(snapshot: ConsoleSnapshot) -> DutyShift | None:
    """Return the shift whose handover was prepared last."""
    found = (each for each in snapshot.shifts.values() if each.handover is not None)
    return max(found, key=lambda each: each.handover.at if each.handover else each.started_at, default=None)


def outgoing_or_incoming(shift: DutyShift, actor: str) -> HandoverSide:
    """Return the side that a person confirms: a person of the shift hands over, unless that is confirmed."""
    handover = shift.handover
    is_handed_over = handover is not None and handover.outgoing is not None
    return HandoverSide.OUTGOING if actor in shift.people and not is_handed_over else HandoverSide.INCOMING


def _next_step(snapshot: ConsoleSnapshot, now: datetime) -> str:
    planned = shift_at(snapshot.rosters.values(), now)
    if planned is None or planned.shift.planned is None:
        return _("The roster has no crew for this time. Name the crew.")
    return _("The roster plans {crew} now.").format(crew=planned.shift.planned.crew.name)


def _reasons(snapshot: ConsoleSnapshot, shift: DutyShift | None) -> dict[DutyAct, str]:
    if shift is None:
        none = _("No shift is running. Start it first.")
        return dict.fromkeys(DutyAct, none) | {DutyAct.START: ""}
    handover = shift.handover
    has_promises = any(each.open_promises for each in snapshot.shifts.values())
    missing = "" if handover else _("No handover is prepared.")
    reasons = {
        DutyAct.START: _(REFUSALS["shift_running"]).format(crew=shift.crew.name),
        DutyAct.JOIN: _("You are on duty already.") if snapshot.actor in shift.people else "",
        DutyAct.CORRECT: "" if shift.log else _("No lines."),
        DutyAct.END_PROMISE: "" if has_promises else _("No open promises."),
        DutyAct.WITHDRAW: missing,
        DutyAct.CONFIRM: missing,
    }
    if handover is not None and any(
        given is not None and given.by == snapshot.actor for given in (handover.outgoing, handover.incoming)
    ):
        reasons[DutyAct.CONFIRM] = _(REASONS["same_person"])
    return reasons


def _log(snapshot: ConsoleSnapshot, shift: DutyShift, now: datetime) -> tuple[DutyLine, ...]:
    corrected, users = shift.corrected(), snapshot.authority.users
    lines = (
        DutyLine(
            text=line_text(
                line, users, now, about=subject_name(snapshot, line.about), corrected=line.entry in corrected
            ),
            is_faint=line.entry in corrected,
        )
        for line in reversed(shift.log)
    )
    return tuple(lines) or (DutyLine(text=_("No lines."), is_faint=True),)


def subject_name(snapshot: ConsoleSnapshot, subject: str) -> str:
    """Return how people name the subject of a line; empty without one."""
    kind, _slash, key = subject.partition("/")
    incident, alarm = snapshot.incidents.get(key), snapshot.alarms.get(key)
    if kind == "incident":
        return incident.number if incident else key[:8]
    return (alarm.title or alarm.parameter) if kind == "alarm" and alarm else key


def _promises(snapshot: ConsoleSnapshot, scope: ExerciseScope, now: datetime) -> tuple[DutyLine, ...]:
    found = open_promises(snapshot.shifts.values(), scope)
    lines = (
        DutyLine(text=promise_text(promise, now), level=Level.HIGH if promise.due_at <= now else None)
        for _shift, promise in found
    )
    return tuple(lines) or (DutyLine(text=_("No open promises."), is_faint=True),)


def _facts(handover: Handover | None) -> tuple[DutyLine, ...]:
    if handover is None:
        return (DutyLine(text=_("No handover is prepared. F3 collects all open work."), is_faint=True),)
    lines = []
    for group in handover.facts:
        lines.append(DutyLine(text=group_title(group), is_heading=True))
        lines += [DutyLine(text=text, is_faint=not group.count) for text in group_lines(group, handover.as_of)]
    return tuple(lines)


def _notes(handover: Handover | None, users: Mapping[str, User]) -> tuple[FactItem, ...]:
    if handover is None:
        return ()
    return (
        FactItem(label=_("Data as of"), value=format_moment(handover.as_of)),
        FactItem(label=_("Prepared by"), value=person_name(handover.by, users)),
        FactItem(label=_("Hands over"), value=confirmation_text(handover.outgoing, users)),
        FactItem(label=_("Takes over"), value=confirmation_text(handover.incoming, users)),
        FactItem(label=_("Hash"), value=_in_groups(handover.content_hash)),
        FactItem(label=_("Note"), value=handover.note or "–"),
    )


def _in_groups(digits: str) -> str:
    """Return a hash in groups of eight digits, which a narrow column can break into lines."""
    return " ".join(digits[start : start + 8] for start in range(0, len(digits), 8))
