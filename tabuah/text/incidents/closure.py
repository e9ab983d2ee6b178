"""Text of the questions before an incident ends: reasons, open matters and units to free."""

from tabuah.operations.codes import Status
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.open_matters import OpenMatters, open_matters
from tabuah.operations.roster.duty import OnDuty
from tabuah.resources.localisation import _, ngettext
from tabuah.text.code_labels import code_label
from tabuah.text.roster.roster_text import describe_on_duty
from tabuah.text.sync.verdict_reasons import describe_reason


def end_title(incident: Incident, to: Status) -> str:
    """Return the question whether an incident gets a last status, or is contained."""
    if to is Status.CLOSED:
        return _("Close {number}?").format(number=incident.number)
    if to is Status.FALSE_REPORT:
        return _("Mark {number} as a false report?").format(number=incident.number)
    return _("{number}: {status}?").format(number=incident.number, status=code_label(to))


def end_button(to: Status) -> str:
    if to is Status.CLOSED:
        return _("Close it")
    return _("False report") if to is Status.FALSE_REPORT else code_label(to)


def end_hint(to: Status) -> str:
    """Return the hint in the field for the reason."""
    return (
        _("Source of this information") if to is Status.FALSE_REPORT else _("What was done, or why the incident ends")
    )


def end_without_reason(to: Status) -> str:
    """Return the error for an empty reason."""
    if to is Status.FALSE_REPORT:
        return _("Enter the source.")
    return describe_reason("closed_without_reason")


def describe_second_person(found: OnDuty, *, own: bool) -> str:
    """Return who closes an incident that this user contained: the supervisor on duty, or a deputy."""
    if own:
        return _("You contained it and are on duty: a deputy or another supervisor closes it.")
    return _("You contained it: another supervisor closes it. On duty: {person}.").format(
        person=describe_on_duty(found)
    )


def describe_end(incident: Incident, *, open_tasks: int = 0) -> str:
    """Return the title of an incident and its open matters."""
    matters = describe_open_matters(open_matters(incident, open_tasks=open_tasks))
    return "\n".join(part for part in (incident.title, matters) if part)


def describe_open_matters(matters: OpenMatters) -> str:
    """Return the open matters: "Still open: 2 people missing; TRC-1 assigned"; empty if there are none."""
    parts = (
        ngettext("{n} person is missing", "{n} people are missing", matters.missing).format(n=matters.missing)
        if matters.missing
        else "",
        _("{units} still assigned").format(units=", ".join(matters.units)) if matters.units else "",
        ngettext("{n} open conflict", "{n} open conflicts", matters.conflicts).format(n=matters.conflicts)
        if matters.conflicts
        else "",
        ngettext("{n} open task", "{n} open tasks", matters.tasks).format(n=matters.tasks) if matters.tasks else "",
    )
    text = "; ".join(part for part in parts if part)
    return _("Still open: {matters}.").format(matters=text) if text else ""


def reason_label() -> str:
    return _("Reason")


def units_label() -> str:
    return _("Units")


def free_units_label(incident: Incident) -> str:
    return _("Free {units}").format(units=", ".join(incident.assignment))


def keep_units_label() -> str:
    return _("They stay assigned")


def moved_text(incident: Incident, to: Status, *, frees_units: bool) -> str:
    """Return the notice of the new status of an incident."""
    text = _("{number}: {status}").format(number=incident.number, status=code_label(to))
    if frees_units and incident.assignment:
        text += " · " + _("{units} are free.").format(units=", ".join(incident.assignment))
    return text


def moved_back_text(incident: Incident, status: Status) -> str:
    text = _("{number} is back at “{status}”; both steps are in its history.")
    return text.format(number=incident.number, status=code_label(status))
