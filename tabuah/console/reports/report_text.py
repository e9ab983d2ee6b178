"""Text of reports: places, people, times, figures and changes in the current language."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from tabuah.console.reports.document import Letterhead, Signature
from tabuah.console.reports.incident_changes import FieldChange
from tabuah.console.reports.incident_report import IncidentReport, JournalReference, ReportKind
from tabuah.console.reports.office import Office
from tabuah.gis.coordinates import format_decimal_degrees, format_utm
from tabuah.gis.errors import GeographyError
from tabuah.operations.codes import Severity
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.resources.localisation import _, format_day, format_moment, format_number, format_time, ngettext
from tabuah.resources.time_zone import home_zone
from tabuah.text.incidents.figures import FIGURE_LABELS, describe_figure, figure_label, format_figure
from tabuah.text.incidents.incident_text import (
    field_label,
    jorong_text,
    nagari_centre_text,
    nagari_text,
    position_text,
)
from tabuah.text.incidents.places import kecamatan_text
from tabuah.text.incidents.timeline import describe_value

UNKNOWN: Final = "—"

_KINDS: Final = {
    ReportKind.INITIAL: "Initial report",
    ReportKind.PROGRESS: "Progress report",
    ReportKind.FINAL: "Final report",
}
_CERTAINTIES: Final = {
    PlaceCertainty.OFFICIAL: "by official boundaries",
    PlaceCertainty.APPROXIMATE: "nagari estimated, not confirmed",
    PlaceCertainty.UNKNOWN: "nagari not confirmed",
}
SEVERITY_LEVELS: Final = {
    Severity.CATASTROPHIC: "critical",
    Severity.SEVERE: "high",
    Severity.MODERATE: "attention",
    Severity.MINOR: "information",
}


def report_kind_name(kind: ReportKind) -> str:
    return _(_KINDS[kind])


def describe_report_place(place: IncidentPlace | None) -> str:
    """Describe a place from small to large: "Jorong Simpang, Nagari Koto Baru, Kecamatan Kubung"."""
    if place is None:
        return _("Place not known yet")
    parts = (
        place.landmark,
        jorong_text(place.jorong),
        nagari_text(place.nagari) if place.nagari else "",
        kecamatan_text(place.kecamatan) if place.kecamatan else "",
    )
    return ", ".join(part for part in parts if part) or _("Outside the known nagari")


def describe_place_certainty(place: IncidentPlace | None) -> str:
    """Describe the certainty of the place, and the reason for a place outside the regency."""
    if place is None:
        return UNKNOWN
    words = nagari_centre_text(place) or _(_CERTAINTIES[place.certainty])
    if place.outside_reason:
        words += " · " + _("outside the regency: {reason}").format(reason=place.outside_reason)
    return words


def format_position(place: IncidentPlace | None) -> str:
    """Format the position in degrees and, where valid, in UTM."""
    if place is None:
        return UNKNOWN
    if place.radius_m is not None:
        return position_text(place)
    degrees = format_decimal_degrees(place.lon_deg, place.lat_deg, digits=5)
    try:
        return f"{degrees} · UTM {format_utm(place.lon_deg, place.lat_deg).removeprefix('UTM ')}"
    except GeographyError:
        return degrees


def format_count(value: int | None) -> str:
    """Format a figure; a dash where it is unknown."""
    return UNKNOWN if value is None else format_number(value)


def format_known_figure(code: str, value: int | None) -> str:
    """Format a figure in its unit; a dash where it is unknown."""
    return UNKNOWN if value is None else format_figure(code, value)


def person_name(actor: str, people: Mapping[str, str]) -> str:
    """Return the full name of a user if known, else the user name."""
    return people.get(actor) or actor


def format_day_and_time(moment: datetime) -> str:
    """Format day and time: "Selasa, 24 November 2026, 14.30 WIB"."""
    return f"{format_day(moment)}, {format_time(moment)}"


def format_near_time(moment: datetime, reference: datetime) -> str:
    """Format the time of day, with the date where it differs from that of `reference`."""
    same_day = moment.astimezone(home_zone()).date() == reference.astimezone(home_zone()).date()
    return format_time(moment) if same_day else format_moment(moment)


def format_duration(span: timedelta) -> str:
    """Format a duration in days, hours and minutes: "2 jam 15 menit"."""
    minutes = max(0, round(span.total_seconds() / 60))
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = (
        ngettext("{n} day", "{n} days", days).format(n=days) if days else "",
        ngettext("{n} hour", "{n} hours", hours).format(n=hours) if hours else "",
        ngettext("{n} minute", "{n} minutes", rest).format(n=rest) if rest or not (days or hours) else "",
    )
    return " ".join(part for part in parts if part)


def describe_change(change: FieldChange) -> tuple[str, str, str]:
    """Return the name, the old and the new value of a change."""
    if change.field in FIGURE_LABELS:
        before, after = (_format_figure(change.field, value) for value in (change.before, change.after))
        return figure_label(change.field), before, after
    return field_label(change.field), _format_field(change.before), _format_field(change.after)


def _format_figure(code: str, value: object) -> str:
    return describe_figure(code, value) if isinstance(value, int) else UNKNOWN


def _format_field(value: object) -> str:
    return UNKNOWN if value in (None, (), "") else describe_value(value)


def make_letterhead(office: Office) -> Letterhead:
    return Letterhead(
        government=office.government,
        agency=office.agency,
        unit=office.unit,
        address=office.address,
        crest=office.crest_svg,
        crest_label=_("Crest of {government}").format(government=office.government) if office.crest_svg else "",
    )


def make_signatures(office: Office, *, title: str, author: str, as_of: datetime) -> tuple[Signature, Signature]:
    """Return the signature of the author and that of the office.

    Args:
        office: the office with its signatory.
        title: the title of the author.
        author: the name of the author.
        as_of: the day of the signature of the office.
    """
    number = _("NIP {number}").format(number=office.signatory_id) if office.signatory_id else "NIP"
    return (
        Signature(above=_("Drawn up by"), title=title, name=author, below=""),
        Signature(
            above=f"{office.place}, {format_day(as_of).partition(', ')[2]}",
            title=office.signatory_title,
            name=office.signatory_name,
            below=number,
        ),
    )


def make_audit_line(trace: JournalReference, number: str) -> str:
    """Return the footer line that links a document to the journal."""
    device = _("device {id}").format(id=trace.device[:8]) if trace.device else ""
    if trace.seq == 0:
        head = _("This console has not been synced with a server yet")
    else:
        head = _("Journal no. {seq}, {hash}").format(seq=trace.seq, hash=_group_digits(trace.hash[:16]))
    synced = _("synced {moment}").format(moment=format_moment(trace.synced_at)) if trace.synced_at else ""
    return " · ".join(part for part in (number, head, synced, device) if part)


def describe_data_time(report: IncidentReport) -> str:
    """Describe the time of the data: "data per pukul 14.30 WIB"."""
    return _("data as of {time}").format(time=format_time(report.as_of))


def _group_digits(digits: str) -> str:
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))
