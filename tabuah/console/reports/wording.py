"""How the parts of reports are said: places, people, times, figures and changes in the language that is spoken."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from tabuah.console.reports.changes import Change
from tabuah.console.reports.document import Letterhead
from tabuah.console.reports.incident_report import IncidentReport, ReportKind, Trace
from tabuah.console.reports.office import Office
from tabuah.gis.coordinates import format_decimal_degrees, format_utm
from tabuah.gis.errors import GeographyError
from tabuah.operations.codes import Severity
from tabuah.operations.incidents.fields import field_label
from tabuah.operations.incidents.timeline import FIGURE_LABELS, figure_label, value_words
from tabuah.operations.places import IncidentPlace, PlaceCertainty
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import WIB, format_day, format_moment, format_number, format_time

UNKNOWN: Final = "—"

_KINDS: Final = {
    ReportKind.INITIAL: "Initial report",
    ReportKind.PROGRESS: "Progress report",
    ReportKind.FINAL: "Final report",
}
_CERTAINTIES: Final = {
    PlaceCertainty.CONFIRMED: "confirmed by a person",
    PlaceCertainty.OFFICIAL: "by official boundaries",
    PlaceCertainty.APPROXIMATE: "nagari estimated, not confirmed",
    PlaceCertainty.UNKNOWN: "nagari not confirmed",
}
_UNITS: Final = {
    "deaths": "people",
    "missing": "people",
    "injured_severe": "people",
    "injured_minor": "people",
    "displaced_people": "people",
    "displaced_households": "households",
    "houses_severe": "units",
    "houses_moderate": "units",
    "houses_minor": "units",
    "public_facilities": "units",
}
SEVERITY_LEVELS: Final = {
    Severity.CATASTROPHIC: "critical",
    Severity.SEVERE: "high",
    Severity.MODERATE: "attention",
    Severity.MINOR: "information",
}


def kind_words(kind: ReportKind) -> str:
    """The name of a kind of report."""
    return _(_KINDS[kind])


def place_words(place: IncidentPlace | None) -> str:
    """The place from small to large: "Jorong Simpang, Nagari Koto Baru, Kecamatan Kubung"."""
    if place is None:
        return _("Place not known yet")
    parts = (
        _("Jorong {name}").format(name=place.jorong) if place.jorong else "",
        _("Nagari {name}").format(name=place.nagari) if place.nagari else "",
        _("Kecamatan {name}").format(name=place.kecamatan) if place.kecamatan else "",
    )
    return ", ".join(part for part in parts if part) or _("Outside the known nagari")


def certainty_words(place: IncidentPlace | None) -> str:
    """How well the place is known, and why it may lie outside the regency."""
    if place is None:
        return UNKNOWN
    words = _(_CERTAINTIES[place.certainty])
    if place.outside_reason:
        words += " · " + _("outside the regency: {reason}").format(reason=place.outside_reason)
    return words


def position_words(place: IncidentPlace | None) -> str:
    """The position in degrees and, where it applies, UTM."""
    if place is None:
        return UNKNOWN
    degrees = format_decimal_degrees(place.lon_deg, place.lat_deg, digits=5)
    try:
        return f"{degrees} · UTM {format_utm(place.lon_deg, place.lat_deg).removeprefix('UTM ')}"
    except GeographyError:
        return degrees


def unit_words(code: str) -> str:
    """What a figure counts."""
    return _(_UNITS[code])


def count_words(value: int | None) -> str:
    """A figure; a dash where nobody said anything."""
    return UNKNOWN if value is None else format_number(value)


def person_words(actor: str, people: Mapping[str, str]) -> str:
    """A person's full name where it is known, else the user name."""
    return people.get(actor) or actor


def day_and_time(moment: datetime) -> str:
    """The long form: "Selasa, 24 November 2026, 14.30 WIB"."""
    return f"{format_day(moment)}, {format_time(moment)}"


def time_near(moment: datetime, beside: datetime) -> str:
    """The time of day, with the date where it is another day than `beside`."""
    same_day = moment.astimezone(WIB).date() == beside.astimezone(WIB).date()
    return format_time(moment) if same_day else format_moment(moment)


def duration_words(span: timedelta) -> str:
    """A duration in hours and minutes: "2 jam 15 menit"."""
    minutes = max(0, round(span.total_seconds() / 60))
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = (
        ngettext("{n} day", "{n} days", days).format(n=days) if days else "",
        ngettext("{n} hour", "{n} hours", hours).format(n=hours) if hours else "",
        ngettext("{n} minute", "{n} minutes", rest).format(n=rest) if rest or not (days or hours) else "",
    )
    return " ".join(part for part in parts if part)


def change_words(change: Change) -> tuple[str, str, str]:
    """A change as name, before and after."""
    if change.field in FIGURE_LABELS:
        return figure_label(change.field), _figure_words(change.before), _figure_words(change.after)
    return field_label(change.field), _field_words(change.before), _field_words(change.after)


def _figure_words(value: object) -> str:
    return count_words(value if isinstance(value, int) else None)


def _field_words(value: object) -> str:
    return UNKNOWN if value in (None, (), "") else value_words(value)


def letterhead_of(office: Office) -> Letterhead:
    """The head of the first page."""
    return Letterhead(government=office.government, agency=office.agency, unit=office.unit, address=office.address)


def audit_words(trace: Trace, number: str) -> str:
    """The line at the foot of every page that ties a document to the journal."""
    device = _("device {id}").format(id=trace.device[:8]) if trace.device else ""
    if trace.seq == 0:
        head = _("This console has not been synced with a server yet")
    else:
        head = _("Journal no. {seq}, {hash}").format(seq=trace.seq, hash=_grouped(trace.hash[:16]))
    synced = _("synced {moment}").format(moment=format_moment(trace.synced_at)) if trace.synced_at else ""
    return " · ".join(part for part in (number, head, synced, device) if part)


def as_of_words(report: IncidentReport) -> str:
    """Up to when the data reach: "data per pukul 14.30 WIB"."""
    return _("data as of {time}").format(time=format_time(report.as_of))


def _grouped(digits: str) -> str:
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))
