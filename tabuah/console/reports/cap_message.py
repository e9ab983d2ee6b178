"""An incident as a CAP 1.2 message (OASIS, 1 July 2010) between offices; never a public warning."""

import xml.etree.ElementTree as ET  # only writes; it parses no foreign data
from datetime import datetime
from typing import Final

from tabuah.console.reports.errors import ReportNotPossible
from tabuah.console.reports.incident_report import IncidentReport
from tabuah.console.reports.incidents_geojson import area_ring
from tabuah.console.reports.printable import clean_line, clean_text
from tabuah.console.reports.report_text import describe_report_place
from tabuah.operations.codes import Hazard, Severity, Status
from tabuah.resources.localisation import _, current_language
from tabuah.resources.time_zone import home_zone
from tabuah.text.code_labels import code_label
from tabuah.text.incidents.incident_text import nagari_centre_text

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
_MAX_HEADLINE: Final = 160  # CAP 1.2, 3.2.2
_CATEGORIES: Final = {
    Hazard.FLOOD: "Met",
    Hazard.FLASH_FLOOD: "Met",
    Hazard.LANDSLIDE: "Geo",
    Hazard.EARTHQUAKE: "Geo",
    Hazard.VOLCANO: "Geo",
    Hazard.WILDFIRE: "Fire",
    Hazard.FIRE: "Fire",
    Hazard.EXTREME_WEATHER: "Met",
    Hazard.DROUGHT: "Met",
    Hazard.ACCIDENT: "Safety",
    Hazard.MISSING_PERSON: "Rescue",
    Hazard.PUBLIC_SERVICE: "Infra",
    Hazard.PUBLIC_ORDER: "Security",
    Hazard.HEALTH: "Health",
    Hazard.OTHER: "Other",
}
_SEVERITIES: Final = {
    Severity.MINOR: "Minor",
    Severity.MODERATE: "Moderate",
    Severity.SEVERE: "Severe",
    Severity.CATASTROPHIC: "Extreme",
}


def encode_incident_cap(report: IncidentReport) -> bytes:
    """Return the message: restricted to the offices that work on the incident; exercises are marked.

    Raises:
        ReportNotPossible: the incident has ended; a cancellation would have to name an earlier message.
    """
    incident = report.incident
    if not incident.is_open:
        message = _("{number} is “{status}”, so there is nothing to alert. Choose another format.")
        raise ReportNotPossible(message.format(number=incident.number, status=code_label(incident.status)))
    alert = ET.Element("alert", xmlns=NAMESPACE)
    _add(alert, "identifier", f"{incident.number}.{report.as_of.astimezone(home_zone()):%Y%m%dT%H%M%S}")
    _add(alert, "sender", report.office.cap_sender)
    _add(alert, "sent", _format_time(report.as_of))
    _add(alert, "status", "Exercise" if incident.exercise else "Actual")
    _add(alert, "msgType", "Alert")
    _add(alert, "scope", "Restricted")
    _add(alert, "restriction", _("For the offices that work on this incident; not a warning to the public."))
    if report.exercise_mark:
        note = f"{clean_line(report.exercise_mark)}. {_('An exercise, no real event.')}"
        _add(alert, "note", note)  # CAP 1.2, 3.2.1: it names the exercise
    _add_info(alert, report)
    ET.indent(alert)
    return bytes(ET.tostring(alert, encoding="utf-8", xml_declaration=True)) + b"\n"


def _add_info(alert: ET.Element, report: IncidentReport) -> None:
    incident = report.incident
    info = ET.SubElement(alert, "info")
    seen = incident.status is not Status.REPORTED
    _add(info, "language", "id-ID" if current_language() == "id" else "en-US")
    _add(info, "category", _CATEGORIES[incident.hazard])
    _add(info, "event", code_label(incident.hazard))
    _add(info, "urgency", "Past" if incident.status is Status.CONTAINED else "Immediate")
    _add(info, "severity", _SEVERITIES[incident.severity])
    _add(info, "certainty", "Observed" if seen else "Possible")
    _add(info, "onset", _format_time(incident.occurred_at))
    _add(info, "senderName", f"{report.office.agency}, {report.office.government}")
    _add(info, "headline", clean_line(incident.title)[:_MAX_HEADLINE])
    if incident.description.strip():
        _add(info, "description", clean_text(incident.description))
    _add_parameter(info, "number", incident.number)
    _add_parameter(info, "status", incident.status.value)
    if incident.place is not None:
        _add_parameter(info, "place_certainty", incident.place.certainty.value)
    _add_area(info, report)


def _add_area(info: ET.Element, report: IncidentReport) -> None:
    """Add the area. CAP writes latitude first; a chosen point without an area is a circle of radius 0."""
    place = report.incident.place
    if place is None:
        return
    area = ET.SubElement(info, "area")
    description = describe_report_place(place)
    centre = nagari_centre_text(place)
    _add(area, "areaDesc", clean_line(f"{description} ({centre})" if centre else description))
    ring = area_ring(report.incident)
    if ring:
        _add(area, "polygon", " ".join(f"{lat:.6f},{lon:.6f}" for lon, lat in ring))
    else:
        radius_km = (place.radius_m or 0) / 1000
        _add(area, "circle", f"{place.lat_deg:.6f},{place.lon_deg:.6f} {radius_km:g}")
    if place.nagari_code:
        geocode = ET.SubElement(area, "geocode")
        _add(geocode, "valueName", "Kemendagri")
        _add(geocode, "value", place.nagari_code)


def _add_parameter(info: ET.Element, name: str, value: str) -> None:
    parameter = ET.SubElement(info, "parameter")
    _add(parameter, "valueName", name)
    _add(parameter, "value", value)


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _format_time(moment: datetime) -> str:
    """Format a time with its offset, as CAP does not allow Z."""
    return moment.astimezone(home_zone()).isoformat(timespec="seconds")
