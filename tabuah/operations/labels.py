"""How codes are named on screen and on paper, in the language that is spoken."""

from typing import Final

from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.resources.catalogue import _

_ENGLISH: Final[dict[str, str]] = {
    Hazard.FLOOD: "Flood",
    Hazard.FLASH_FLOOD: "Flash flood",
    Hazard.LANDSLIDE: "Landslide",
    Hazard.EARTHQUAKE: "Earthquake",
    Hazard.VOLCANO: "Volcanic eruption",
    Hazard.WILDFIRE: "Wildfire",
    Hazard.FIRE: "Fire",
    Hazard.EXTREME_WEATHER: "Extreme weather",
    Hazard.DROUGHT: "Drought",
    Hazard.ACCIDENT: "Accident",
    Hazard.MISSING_PERSON: "Missing person",
    Hazard.PUBLIC_SERVICE: "Public service failure",
    Hazard.PUBLIC_ORDER: "Public order",
    Hazard.HEALTH: "Health",
    Hazard.OTHER: "Other",
    Severity.MINOR: "Minor",
    Severity.MODERATE: "Moderate",
    Severity.SEVERE: "Severe",
    Severity.CATASTROPHIC: "Catastrophic",
    Status.REPORTED: "Reported",
    Status.VERIFIED: "Verified",
    Status.ASSIGNED: "Assigned",
    Status.EN_ROUTE: "En route",
    Status.ON_SCENE: "On scene",
    Status.CONTAINED: "Contained",
    Status.CLOSED: "Closed",
    Status.FALSE_REPORT: "False report",
    Status.MERGED: "Merged",
    Channel.PHONE: "Telephone",
    Channel.WHATSAPP: "WhatsApp",
    Channel.RADIO: "Radio",
    Channel.WALK_IN: "Walk-in",
    Channel.SENSOR: "Sensor",
    Channel.FEED: "Feed",
    Channel.FIELD: "Field",
}


def label_of(code: Hazard | Severity | Status | Channel) -> str:
    """The name of a code in the current language."""
    return _(_ENGLISH[code])
