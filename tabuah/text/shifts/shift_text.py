"""Text about shifts on duty: their title, log, promises and the facts of a handover."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.alarms.alarm import LINK, SILENCE
from tabuah.operations.codes import Hazard
from tabuah.operations.disruptions.disruption import DisruptionKind
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.messages.message import MessageChannel
from tabuah.operations.people.authority import User
from tabuah.operations.shifts.duty_shift import Confirmation, DutyShift, Handover, LogLine, Promise
from tabuah.operations.shifts.entry_bodies import HandoverSide, PromiseOutcome
from tabuah.operations.shifts.handover_facts import (
    HELP_CODE,
    LAST_SYNC,
    FactGroup,
    FactKind,
    HandoverItem,
    find_stale_sync,
)
from tabuah.operations.tasks.task import TaskKind
from tabuah.operations.units.unit import UnitKind, UnitState
from tabuah.resources.localisation import (
    N_,
    _,
    format_age,
    format_moment,
    format_recent_moment,
    format_short_day,
    format_time,
    ngettext,
)
from tabuah.resources.time_zone import in_home_zone
from tabuah.text.alarms.titles import severity_label
from tabuah.text.code_labels import code_label
from tabuah.text.readings.measurements import parameter_name
from tabuah.text.roster.roster_text import person_name
from tabuah.text.tasks.task_text import escalated_note

FACT_LABELS: Final[dict[str, str]] = {
    FactKind.OPEN_INCIDENTS: N_("Open incidents"),
    FactKind.UNANSWERED_ALARMS: N_("Unanswered alarms"),
    FactKind.WAITING_MESSAGES: N_("Waiting messages"),
    FactKind.DUE_CLOCKS: N_("Running clocks"),
    FactKind.OPEN_PROMISES: N_("Open promises"),
    FactKind.OPEN_TASKS: N_("Open tasks"),
    FactKind.CREWS: N_("Crews on missions"),
    FactKind.DISRUPTIONS: N_("Closed roads and outages"),
    FactKind.COVERAGE_GAPS: N_("Missing ready units by kecamatan"),
    FactKind.SHELVED_ALARMS: N_("Shelved alarms"),
    FactKind.MAINTENANCE: N_("Stations under maintenance"),
    FactKind.SILENT_SENSORS: N_("Silent sensors"),
    FactKind.FAILED_FEEDS: N_("Failed feeds"),
    FactKind.UNSYNCED_WORK: N_("Unsynced work of this desk"),
    FactKind.CHANGES: N_("Since the last handover"),
}
COUNT_LABELS: Final[dict[str, str]] = {
    "pending": N_("Entries to send"),
    "held": N_("Held for a supervisor"),
    "rejected": N_("Rejected entries"),
    "uploads": N_("Photos and files to send"),
    "readings": N_("Manual readings to send"),
    "incidents_reported": N_("Incidents reported"),
    "incidents_ended": N_("Incidents contained or closed"),
    "alarms_raised": N_("Alarms raised"),
    "alarms_cleared": N_("Alarms cleared"),
    "promises_ended": N_("Promises kept or withdrawn"),
}
_LIMIT_KINDS: Final = (FactKind.OPEN_INCIDENTS, FactKind.DUE_CLOCKS, FactKind.OPEN_TASKS)
_ALARM_KINDS: Final = (FactKind.UNANSWERED_ALARMS, FactKind.SHELVED_ALARMS)
_MISSING_DATA: Final = {SILENCE: N_("No data"), LINK: N_("Link is lost")}
_OUTCOMES: Final[dict[PromiseOutcome, str]] = {
    PromiseOutcome.DONE: N_("done"),
    PromiseOutcome.WITHDRAWN: N_("withdrawn"),
}
_SIDES: Final[dict[HandoverSide, str]] = {
    HandoverSide.OUTGOING: N_("Hands over"),
    HandoverSide.INCOMING: N_("Takes over"),
}
_UNCONFIRMED: Final[dict[HandoverSide, str]] = {
    HandoverSide.OUTGOING: N_("outgoing person"),
    HandoverSide.INCOMING: N_("incoming person"),
}
REMINDER: Final = timedelta(minutes=15)  # before the end of the shift


def shift_title(shift: DutyShift) -> str:
    """Return crew and time: "Regu A · 24 Nov 2026 08.00–08.00 WIB +1"."""
    name = " ".join(filter(None, (shift.crew.name, f"({shift.label})" if shift.label else "")))
    return f"{name} · {shift_span(shift)}"


def shift_span(shift: DutyShift) -> str:
    """Return start and end, with the date once: "24 Nov 2026 08.00–08.00 WIB +1", where +1 is the next day."""
    begin, end = in_home_zone(shift.starts_at), in_home_zone(shift.ends_at)
    days = (end.date() - begin.date()).days
    hours = f"{format_time(begin, zone=False)}–{format_time(end)}"
    return f"{format_short_day(begin)} {hours}" + (f" +{days}" if days else "")


def shift_dates(shift: DutyShift) -> str:
    """Return start and end in full: "24 Nov 2026 08.00 WIB – 25 Nov 2026 08.00 WIB"."""
    return f"{format_moment(shift.starts_at)} – {format_moment(shift.ends_at)}"


def shift_state(shift: DutyShift) -> str:
    """Return the state: running, waiting for a confirmation, handed over, or closed."""
    handover = shift.handover
    if not shift.is_open:
        return _("closed without a handover") if shift.close_reason else _("handed over")
    if handover is None:
        return _("running")
    sides = ((HandoverSide.OUTGOING, handover.outgoing), (HandoverSide.INCOMING, handover.incoming))
    missing = [_(_UNCONFIRMED[side]) for side, given in sides if given is None]
    return _("handover waits for confirmation: {sides}").format(sides=", ".join(missing))


def handover_reminder(shift: DutyShift, now: datetime) -> str:
    """Return the reminder of a handover that is due within 15 minutes, or late; empty if none is due."""
    if not shift.is_open or now < shift.ends_at - REMINDER:
        return ""
    if now >= shift.ends_at:
        return _("Handover late since {time}").format(time=format_time(shift.ends_at, zone=False))
    return _("Handover at {time}").format(time=format_time(shift.ends_at, zone=False))


def side_label(side: HandoverSide) -> str:
    return _(_SIDES[side])


def people_text(shift: DutyShift, users: Mapping[str, User]) -> str:
    return ", ".join(person_name(name, users) for name in shift.people if name)


def line_text(line: LogLine, users: Mapping[str, User], now: datetime, *, about: str = "", corrected: bool) -> str:
    """Return a line of the log: "14.30 Rina: air naik (banjir SLK-1)"; a corrected one says so."""
    parts = [f"{format_recent_moment(line.at, now, zone=False)} {person_name(line.by, users)}: {line.text}"]
    if about:
        parts.append(f"({about})")
    if line.corrects:
        parts.append(_("[correction]"))
    if corrected:
        parts.append(_("[corrected later]"))
    return " ".join(parts)


def promise_text(promise: Promise, now: datetime) -> str:
    """Return a promise with its due time or outcome."""
    head = f"{promise.what} → {promise.to}"
    if promise.outcome is not None:
        note = f": {promise.note}" if promise.note else ""
        return f"{head} · {_(_OUTCOMES[promise.outcome])}{note}"
    due = format_recent_moment(promise.due_at, now, zone=False)
    return f"{head} · " + (_("late since {time}") if promise.due_at <= now else _("until {time}")).format(time=due)


def confirmation_text(given: Confirmation | None, users: Mapping[str, User]) -> str:
    """Return who confirmed and when; without a confirmation that it is missing."""
    if given is None:
        return _("not confirmed yet")
    return f"{person_name(given.by, users)}, {format_moment(given.at)}"


def group_title(group: FactGroup) -> str:
    label = _(FACT_LABELS[group.kind]) if group.kind in FACT_LABELS else group.kind
    return f"{label}: {group.count}" if not _is_figures(group) else label


def group_lines(group: FactGroup, now: datetime) -> list[str]:
    """Return the lines of a group, one for each thing or kind of unit, and how many more there are."""
    is_coverage = group.kind == FactKind.COVERAGE_GAPS
    lines = _gap_lines(group) if is_coverage else [item_text(item, group.kind, now) for item in group.items]
    more = group.count - len(group.items)
    if more > 0:
        lines.append(ngettext("and {n} more", "and {n} more", more).format(n=more))
    return lines or [_("none")]


def _gap_lines(group: FactGroup) -> list[str]:
    """Return one line for each kind of unit: "No ready Ambulance: Kubung, Lembah Gumanti"."""
    names: dict[str, list[str]] = {}
    for item in group.items:
        names.setdefault(item.code, []).append(item.name)
    text = _("No ready {kind}: {names}")
    return [text.format(kind=_unit_kind(code), names=", ".join(found)) for code, found in names.items()]


def _unit_kind(code: str) -> str:
    """Return the name of a kind of unit; an unknown code stays. "fire" is a hazard, too, with another name."""
    return code_label(UnitKind(code)) if code in list(UnitKind) else code


def item_text(item: HandoverItem, kind: str, now: datetime) -> str:
    """Return one thing of a group as a line."""
    if item.code == LAST_SYNC and item.since is not None:
        return last_sync_text(item.since, now)
    if item.code in COUNT_LABELS and not item.ref:
        since = ""
        if item.since is not None and item.code == "pending":
            since = " " + _("(since {moment})").format(moment=format_recent_moment(item.since, now))
        return f"{_(COUNT_LABELS[item.code])}: {item.count}{since}"
    name = _alarm_name(item.name) if kind in _ALARM_KINDS else item.name
    parts = [name, item.place, _code_text(item.code), _times(item, kind, now)]
    return " · ".join(filter(None, parts))


def last_sync_text(synced_at: datetime, now: datetime) -> str:
    """Return when the data of this desk were synchronised: "Last synchronised: 14.52, 21 min ago"."""
    time, age = format_recent_moment(synced_at, now), format_age(now - synced_at)
    return _("Last synchronised: {time}, {age} ago").format(time=time, age=age)


def stale_facts_warning(facts: Sequence[FactGroup], now: datetime) -> str:
    """Return the warning that the work of other desks may be missing in facts; empty where they are recent."""
    synced_at = find_stale_sync(facts)
    if synced_at is None:
        return ""
    return _("Work of other desks may be missing. Synchronise, then prepare the handover again.") + (
        f" {last_sync_text(synced_at, now)}."
    )


def _alarm_name(name: str) -> str:
    """Return the words for missing data or a parameter; a title stays."""
    return _(_MISSING_DATA[name]) if name in _MISSING_DATA else parameter_name(name)


def describe_handover(handover: Handover) -> str:
    """Return the moment of the data and the start of the hash: "data per pukul 07.45 WIB · 3f2a 91c0"."""
    as_of = _("data as of {time}").format(time=format_moment(handover.as_of))
    return f"{as_of} · {short_hash(handover.content_hash)}"


def short_hash(content_hash: str) -> str:
    """Return the first eight digits of a hash, which a person compares."""
    return content_hash[:8]


def _is_figures(group: FactGroup) -> bool:
    return group.kind in (FactKind.UNSYNCED_WORK, FactKind.CHANGES)


def _code_text(code: str) -> str:
    if code in list(Hazard):
        return code_label(Hazard(code))
    if code in list(MessageChannel) and code != MessageChannel.OTHER:  # another kind of code has this name, too
        return code_label(MessageChannel(code))
    if code in (TaskKind.DISPOSITION, TaskKind.CALL_BACK):
        return code_label(TaskKind(code))
    if code in list(DisruptionKind):
        return code_label(DisruptionKind(code))
    if code == HELP_CODE:
        return _("HELP NEEDED")
    if code in list(UnitState):
        return code_label(UnitState(code))
    return severity_label(code) if code in list(AlarmSeverity) else ""


def _times(item: HandoverItem, kind: str, now: datetime) -> str:
    if item.due_at is None and item.since is not None and item.is_late:
        return _("waits since {time}").format(time=format_recent_moment(item.since, now, zone=False))
    if item.due_at is None:
        return _("since {time}").format(time=format_recent_moment(item.since, now, zone=False)) if item.since else ""
    time = format_recent_moment(item.due_at, now, zone=False)
    if item.is_late:
        late = _("late since {time}").format(time=time)
        return ", ".join(filter(None, (late, escalated_note(item.due_at, now) if kind in _LIMIT_KINDS else "")))
    if kind == FactKind.CREWS:
        return _("check-in due {time}").format(time=time)
    if kind == FactKind.UNANSWERED_ALARMS:
        return _("escalates at {time}").format(time=time)
    return _("until {time}").format(time=time)
