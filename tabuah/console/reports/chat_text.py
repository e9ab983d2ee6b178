"""A report at the length of a chat message, for WhatsApp: what, where, who suffers, and as of when."""

from typing import Final

from tabuah.console.reports.figure_lines import FigureLine
from tabuah.console.reports.incident_report import IncidentReport
from tabuah.console.reports.printable import visible_line
from tabuah.console.reports.remarks import Topic
from tabuah.console.reports.wording import (
    as_of_words,
    change_words,
    count_words,
    day_and_time,
    kind_words,
    place_words,
    time_near,
    unit_words,
)
from tabuah.operations.incidents.timeline import figure_label
from tabuah.operations.labels import label_of
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_day

LONGEST: Final = 1_400  # characters; a longer message is folded on most telephones
_LONGEST_PART: Final = 220
_RECENT: Final = 3


def chat_text(report: IncidentReport) -> str:
    """The message in the current language; it marks bold as WhatsApp does and never exceeds `LONGEST` characters."""
    parts = (_head(report), _facts(report), _figures(report), _changes(report), _needs(report), _recent(report))
    foot = _foot(report)
    text = "\n\n".join(part for part in parts if part)
    free = LONGEST - len(foot) - 2
    return f"{text if len(text) <= free else text[: free - 1].rstrip() + '…'}\n\n{foot}\n"


def _head(report: IncidentReport) -> str:
    incident = report.incident
    lines = [_bold(f"{kind_words(report.kind)} · {label_of(incident.hazard)}".upper())]
    if incident.exercise:
        lines.append(_bold(_("SIMULATION") + ": " + _("An exercise, no real event.")))
    return "\n".join([*lines, _short(incident.title)])


def _facts(report: IncidentReport) -> str:
    incident, place = report.incident, report.incident.place
    lines = [
        f"{_('Occurred at')}: {day_and_time(incident.occurred_at)}",
        f"{_('Place')}: {_short(place_words(place))}",
        f"{_('Position')}: {place.lat_deg:.5f}, {place.lon_deg:.5f}" if place else "",
        f"{_('Severity')}: {label_of(incident.severity)}",
        f"{_('Status')}: {label_of(incident.status)}",
        f"{_('Assigned to')}: {_short(', '.join(incident.assignment))}" if incident.assignment else "",
    ]
    return "\n".join(line for line in lines if line)


def _figures(report: IncidentReport) -> str:
    lines = [
        f"{heading}: {told}"
        for heading, told in (
            (_("Casualties"), _told(report.casualties)),
            (_("Damage"), _told(report.damage)),
        )
        if told
    ]
    return "\n".join(lines) or _("Casualties and damage: no source has stated anything yet.")


def _told(lines: tuple[FigureLine, ...]) -> str:
    """The figures that somebody stated: "hilang 1, mengungsi 86 jiwa, mengungsi 24 KK"."""
    told = []
    for line in lines:
        if line.value is not None:
            counted = line.code.startswith("displaced")
            label = figure_label("displaced_people" if counted else line.code).lower()
            told.append(f"{label} {count_words(line.value)}{' ' + unit_words(line.code) if counted else ''}")
    return ", ".join(told)


def _changes(report: IncidentReport) -> str:
    if report.since is None or not report.changes:
        return ""
    told = (change_words(change) for change in report.changes)
    lines = [f"- {name}: {_short(before)} → {_short(after)}" for name, before, after in told]
    return "\n".join([_("Changes since {moment}").format(moment=day_and_time(report.since)) + ":", *lines])


def _needs(report: IncidentReport) -> str:
    needs = [_short(remark.text) for remark in report.remarks if remark.topic is Topic.NEEDS]
    return f"{_('Urgent needs')}: {'; '.join(needs)}" if needs else ""


def _recent(report: IncidentReport) -> str:
    lines = [
        f"- {time_near(line.event.at, report.as_of).removesuffix(' WIB')} {_short(line.event.text)}"
        for line in report.history[-_RECENT:]
    ]
    return "\n".join([_("Latest") + ":", *lines]) if lines else ""


def _foot(report: IncidentReport) -> str:
    as_of = as_of_words(report)
    lines = [f"{as_of[:1].upper()}{as_of[1:]}, {format_day(report.as_of)}"]
    if report.pending:
        told = ngettext("NOT SYNCED: {n} entry waits.", "NOT SYNCED: {n} entries wait.", report.pending)
        lines.append(told.format(n=report.pending))
    return "\n".join([*lines, f"{_('Number')}: {report.number}", report.office.unit[:120]])


def _bold(text: str) -> str:
    return f"*{text}*"


def _short(text: str) -> str:
    """One line that cannot close the bold of another: WhatsApp's own signs are taken out."""
    line = visible_line(text).replace("*", "").replace("~", "").replace("`", "")
    return line if len(line) <= _LONGEST_PART else line[: _LONGEST_PART - 1].rstrip() + "…"
