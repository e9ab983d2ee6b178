"""Sentences of after-action reports, from values."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from tabuah.operations.after_action.after_action import AfterAction
from tabuah.operations.after_action.chronology import ChronologyLine
from tabuah.operations.after_action.decision_records import DecisionKind, Knowledge
from tabuah.operations.after_action.delays import Limit, LimitResult, StepDelay
from tabuah.operations.after_action.lead_times import LeadTime
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.entries import Entry, subject_kind
from tabuah.operations.incidents.response_times import SpanProblem
from tabuah.operations.subject_state import SubjectValue
from tabuah.operations.subject_titles import subject_title
from tabuah.resources.localisation import N_, _, format_moment, format_number, format_recent_moment, ngettext
from tabuah.text.code_labels import code_label
from tabuah.text.incidents.answers import people_at_risk_label
from tabuah.text.incidents.figures import figure_label
from tabuah.text.incidents.performance import describe_length
from tabuah.text.sync.entry_summary import describe_entry
from tabuah.text.units.unit_events import describe_unit_event

NONE: Final = "–"
_SHOWN_ALARMS: Final = 3  # of a decision, by name
_SHOWN_UNKNOWN: Final = 4

_DECISIONS: Final[Mapping[DecisionKind, str]] = {
    DecisionKind.STATUS: N_("Status change"),
    DecisionKind.DISPATCH: N_("Dispatch of units"),
    DecisionKind.DISPOSITION: N_("Disposition"),
    DecisionKind.TASK: N_("Task order"),
    DecisionKind.SEVERITY: N_("Severity change"),
    DecisionKind.CLOSURE: N_("Closure"),
    DecisionKind.MERGE: N_("Merge of incidents"),
    DecisionKind.SETTLEMENT: N_("Settlement of a conflict"),
    DecisionKind.RELEASE: N_("Decision on a held entry"),
    DecisionKind.ACKNOWLEDGEMENT: N_("Acknowledgement"),
    DecisionKind.SHELVING: N_("Shelving"),
    DecisionKind.ALARM_END: N_("Alarm ended by a person"),
    DecisionKind.SHELTER: N_("Shelter opened or closed"),
    DecisionKind.EVENT: N_("Parent event opened or closed"),
}
_RESULTS: Final[Mapping[LimitResult, str]] = {
    LimitResult.MET: N_("kept"),
    LimitResult.MISSED: N_("missed"),
    LimitResult.RUNNING: N_("still running"),
    LimitResult.OVERDUE: N_("overdue, still open"),
    LimitResult.UNKNOWN: N_("cannot be computed"),
}


def decision_kind_label(kind: DecisionKind) -> str:
    return _(_DECISIONS[kind])


def limit_result_label(result: LimitResult) -> str:
    return _(_RESULTS[result])


def describe_past_entry(entry: Entry, value: SubjectValue | None, *, alarm_name: Callable[[Alarm], str]) -> str:
    """Return an entry in one line, with the name of its subject unless that is an incident."""
    if subject_kind(entry.subject) == "incident":
        return describe_entry(entry)
    if text := describe_unit_event(entry):
        return text
    name = alarm_name(value) if isinstance(value, Alarm) else subject_title(entry, value)
    text = describe_entry(entry)
    return f"{text}: {name}" if name else text


def describe_arrival(line: ChronologyLine) -> str:
    """Return when the control room learned of a late entry; empty for one that was in time."""
    if not line.is_late:
        return ""
    if line.known_at is None:
        return _("written {time}, only on this console so far").format(time=_time(line.written_at, line.at))
    return _("known at the control room only at {time}, {delay} after it was written").format(
        time=_time(line.known_at, line.at), delay=describe_length(line.late_s)
    )


def describe_knowledge(known: Knowledge, *, alarm_names: Mapping[str, str]) -> str:
    """Return what a person could know at a decision: status, figures, people at risk, notes and open alarms."""
    parts = []
    if known.status is not None and known.severity is not None:
        parts.append(f"{code_label(known.status)}, {code_label(known.severity)}")
        parts.append(", ".join(known.assignment) or _("nobody assigned"))
        figures = [f"{figure_label(code)} {format_number(number)}" for code, number in known.figures.items()]
        if known.people_at_risk is not None:
            figures.append(f"{people_at_risk_label()} {format_number(known.people_at_risk)}")
        parts.append(", ".join(figures) or _("no figures"))
        parts.append(ngettext("{n} note", "{n} notes", known.notes).format(n=known.notes))
    parts.append(_describe_open_alarms(known, alarm_names))
    return " · ".join(parts)


def _describe_open_alarms(known: Knowledge, names: Mapping[str, str]) -> str:
    count = len(known.open_alarms)
    if not count:
        return _("no open alarm")
    shown = [names.get(alarm, alarm[:8]) for alarm in known.open_alarms[:_SHOWN_ALARMS]]
    text = ngettext("{n} open alarm: {names}", "{n} open alarms: {names}", count)
    return text.format(n=count, names="; ".join(shown) + (" …" if count > _SHOWN_ALARMS else ""))


def describe_unknown(known: Knowledge, *, texts: Mapping[str, str]) -> str:
    """Return what others had written by a decision and had not arrived; empty for nothing."""
    count = len(known.unknown)
    if not count:
        return ""
    shown = [texts.get(entry, entry[:8]) for entry in known.unknown[:_SHOWN_UNKNOWN]]
    text = ngettext(
        "Not yet known, {n} entry on its way: {entries}", "Not yet known, {n} entries on their way: {entries}", count
    )
    return text.format(n=count, entries="; ".join(shown) + (" …" if count > _SHOWN_UNKNOWN else ""))


def describe_before_report(lead: LeadTime) -> str:
    """Return how long before the first report the first alarm was raised."""
    if lead.before_report_s is None:
        return _("no report")
    if lead.before_report_s < 0:
        return _("report {length} before the alarm").format(length=describe_length(-lead.before_report_s))
    return _("{length} before the report").format(length=describe_length(lead.before_report_s))


def describe_before_highest(lead: LeadTime) -> str:
    """Return how long before the worst alarm of the same cause the first one was raised."""
    if lead.before_highest_s is None:
        return _("no higher level")
    return _("{length} before the level").format(length=describe_length(lead.before_highest_s))


def describe_forecast_lead(lead: LeadTime) -> str:
    """Return how long before the measured level the forecast alarm was raised; empty without one."""
    if not lead.expected_by:
        return ""
    if lead.before_reached_s is None:
        return _("forecast; level not reached")
    return _("forecast {length} before the measured level").format(length=describe_length(lead.before_reached_s))


def describe_step_delay(step: StepDelay) -> str:
    """Return the time since the step before; why there is none."""
    if step.problem is SpanProblem.IMPOSSIBLE:
        return limit_result_label(LimitResult.UNKNOWN)
    if step.problem is SpanProblem.MISSING:
        return _("not reached, or skipped")
    return NONE if step.after_s is None else describe_length(step.after_s)


def describe_limit(limit: Limit, *, task_name: str = "") -> str:
    """Return the name of a limit: of a clock, of a task, or of the receipt of a disposition."""
    if limit.is_receipt:
        return _("Receipt of the disposition: {task}").format(task=task_name)
    if limit.task:
        return _("Task: {task}").format(task=task_name)
    return limit.name or _("Arrival on scene")


def describe_limit_result(limit: Limit) -> str:
    """Return the result of a limit, with the time by which it was missed, and when it was escalated."""
    text = limit_result_label(limit.result)
    if limit.result is LimitResult.MISSED and limit.ended_at is not None:
        length = describe_length((limit.ended_at - limit.due_at).total_seconds())
        text = _("{result} by {length}").format(result=text, length=length)
    if limit.escalated_at is not None:
        time = format_moment(limit.escalated_at)
        text = _("{result}; escalated {time}").format(result=text, time=time)
    return text


def describe_counts(found: AfterAction) -> str:
    """Return the size of a report in one sentence."""
    return _("Entries: {lines} · decisions: {decisions} · late arrivals: {late}").format(
        lines=format_number(len(found.lines)),
        decisions=format_number(len(found.decisions)),
        late=format_number(len(found.late)),
    )


def method_notes() -> tuple[str, ...]:
    """Return how the report was computed."""
    return (
        _(
            "Known at a decision is what the server had received by then, and the own earlier work of the deciding"
            " device. A device that was offline may have known less."
        ),
        _(
            "An entry is late if it reached the server more than five minutes after it was written. Times of events"
            " are those that people gave; a time that lies before its start or in the future is never counted."
        ),
        _("Restricted notes and callers appear in no report, and neither do shifts, calls and contacts."),
    )


def _time(moment: datetime, reference: datetime) -> str:
    return format_recent_moment(moment, reference)
