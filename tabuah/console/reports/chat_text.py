"""A report as a chat message for WhatsApp: event, place, casualties and time of the data."""

from typing import Final

from tabuah.console.reports import report_text
from tabuah.console.reports.chat_format import bold, chat_line, chat_message
from tabuah.console.reports.headed_notes import NoteTopic
from tabuah.console.reports.incident_report import IncidentReport
from tabuah.console.reports.report_figures import ReportFigure
from tabuah.resources.localisation import _, format_day, ngettext
from tabuah.resources.time_zone import zone_label
from tabuah.text.code_labels import code_label
from tabuah.text.incidents.answers import people_at_risk_label, people_at_risk_text
from tabuah.text.incidents.figures import describe_figure, figure_label, figure_unit
from tabuah.text.incidents.merges import merge_text
from tabuah.text.map.impact import describe_impact_area, format_impact_amount, impact_label

_RECENT_EVENTS: Final = 3


def make_chat_text(report: IncidentReport) -> str:
    """Return the message in the current language, with WhatsApp's bold marks."""
    parts = (_head(report), _facts(report), _figures(report), _changes(report), _needs(report), _recent(report))
    return chat_message(parts, _foot(report))


def _head(report: IncidentReport) -> str:
    incident = report.incident
    lines = [bold(f"{report_text.report_kind_name(report.kind)} · {code_label(incident.hazard)}".upper())]
    if report.exercise_mark:
        lines.append(bold(chat_line(report.exercise_mark) + ": " + _("An exercise, no real event.")))
    return "\n".join([*lines, chat_line(incident.title)])


def _facts(report: IncidentReport) -> str:
    incident, place = report.incident, report.incident.place
    lines = [
        f"{_('Occurred at')}: {report_text.format_day_and_time(incident.occurred_at)}",
        f"{_('Place')}: {chat_line(report_text.describe_report_place(place))}",
        f"{_('Position')}: {place.lat_deg:.5f}, {place.lon_deg:.5f}" if place else "",
        f"{_('Severity')}: {code_label(incident.severity)}",
        _impact(report),
        f"{_('Status')}: {code_label(incident.status)}",
        _people_at_risk(incident.intake.people_at_risk),
        merge_text(incident, report.merged_into),
        f"{_('Assigned to')}: {chat_line(', '.join(incident.assignment))}" if incident.assignment else "",
    ]
    return "\n".join(line for line in lines if line)


def _impact(report: IncidentReport) -> str:
    local = report.impact
    if local is None or not local.impact.is_known:
        return ""
    figures = ", ".join(
        f"{impact_label(each.kind).lower()} {format_impact_amount(each)}"
        for each in local.impact.figures
        if each.is_known
    )
    return chat_line(f"{_('Impact')} ({describe_impact_area(local.area)}): {figures}")


def _people_at_risk(people: int | None) -> str:
    return "" if people is None else f"{people_at_risk_label()}: {people_at_risk_text(people)}"


def _figures(report: IncidentReport) -> str:
    lines = [
        f"{heading}: {text}"
        for heading, text in (
            (_("Casualties"), _format_figures(report.casualties)),
            (_("Damage"), _format_figures(report.damage)),
        )
        if text
    ]
    return "\n".join(lines) or _("Casualties and damage: no source has stated anything yet.")


def _format_figures(lines: tuple[ReportFigure, ...]) -> str:
    """Format the known figures: "hilang 1, mengungsi 86 jiwa, mengungsi 24 KK"."""
    parts = []
    for line in lines:
        if line.value is not None:
            counted = line.code.startswith("displaced")
            label = figure_label("displaced_people" if counted else line.code).lower()
            unit = f" {figure_unit(line.code)}" if counted else ""
            parts.append(f"{label} {describe_figure(line.code, line.value)}{unit}")
    return ", ".join(parts)


def _changes(report: IncidentReport) -> str:
    if report.since is None or not report.changes:
        return ""
    changes = (report_text.describe_change(change) for change in report.changes)
    lines = [f"- {name}: {chat_line(before)} → {chat_line(after)}" for name, before, after in changes]
    return "\n".join(
        [_("Changes since {moment}").format(moment=report_text.format_day_and_time(report.since)) + ":", *lines]
    )


def _needs(report: IncidentReport) -> str:
    needs = [chat_line(remark.text) for remark in report.remarks if remark.topic is NoteTopic.NEEDS]
    return f"{_('Urgent needs')}: {'; '.join(needs)}" if needs else ""


def _recent(report: IncidentReport) -> str:
    near_time = report_text.format_near_time
    lines = [
        f"- {near_time(line.event.at, report.as_of).removesuffix(f' {zone_label()}')} {chat_line(line.event.text)}"
        for line in report.history[-_RECENT_EVENTS:]
    ]
    return "\n".join([_("Latest") + ":", *lines]) if lines else ""


def _foot(report: IncidentReport) -> str:
    as_of = report_text.describe_data_time(report)
    lines = [f"{as_of[:1].upper()}{as_of[1:]}, {format_day(report.as_of)}"]
    if report.pending:
        text = ngettext("NOT SYNCED: {n} entry waits.", "NOT SYNCED: {n} entries wait.", report.pending)
        lines.append(text.format(n=report.pending))
    return "\n".join([*lines, f"{_('Number')}: {report.number}", report.office.unit[:120]])
