"""Names of codes on screen and on paper, in the current language."""

from collections.abc import Mapping
from typing import Any, Final

from tabuah.operations.aid.aid_line import AidKind
from tabuah.operations.codes import CallClass, Channel, Hazard, Severity, Status
from tabuah.operations.disruptions.disruption import DisruptionExtent, DisruptionKind
from tabuah.operations.messages.message import AttachmentKind, ClosingReason, MessageChannel
from tabuah.operations.shelters.shelter import ShelterKind
from tabuah.operations.stations.files import FileTopic
from tabuah.operations.tasks.task import TaskKind
from tabuah.operations.units.unit import UnitKind, UnitState
from tabuah.resources.localisation import _

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
    Channel.CALL_112: "112 call",
    Channel.WHATSAPP: "WhatsApp",
    Channel.RADIO: "Radio",
    Channel.WALK_IN: "Walk-in",
    Channel.SENSOR: "Sensor",
    Channel.FEED: "Feed",
    Channel.FIELD: "Field",
    Channel.SP4N_LAPOR: "SP4N-LAPOR",
    Channel.MESSAGE: "Message",
    CallClass.NORMAL: "Normal call",
    CallClass.GHOST: "Ghost call",
    CallClass.PRANK: "Prank call",
    CallClass.INFORMATION: "Information call",
}
_UNIT_KINDS: Final[dict[UnitKind, str]] = {
    UnitKind.QUICK_RESPONSE: "Quick response team",
    UnitKind.FIRE: "Fire brigade",
    UnitKind.AMBULANCE: "Ambulance",
    UnitKind.SEARCH_RESCUE: "Search and rescue",
    UnitKind.SECURITY: "Security",
    UnitKind.LOGISTICS: "Logistics",
    UnitKind.HEAVY_EQUIPMENT: "Heavy equipment",
    UnitKind.VOLUNTEERS: "Volunteers",
    UnitKind.OTHER: "Other",
}
_UNIT_STATES: Final[dict[UnitState, str]] = {
    UnitState.AVAILABLE: "Available",
    UnitState.ASSIGNED: "Assigned",
    UnitState.EN_ROUTE: "En route",
    UnitState.ON_SCENE: "On scene",
    UnitState.RETURNING: "Returning",
    UnitState.UNAVAILABLE: "Not available",
}
_AID_KINDS: Final[dict[AidKind, str]] = {
    AidKind.NEEDED: "Need",
    AidKind.RECEIVED: "Received",
    AidKind.DISTRIBUTED: "Distributed",
    AidKind.COUNTED: "Stock counted",
}
_MESSAGE_CHANNELS: Final[dict[MessageChannel, str]] = {
    MessageChannel.WHATSAPP: "WhatsApp",
    MessageChannel.TELEGRAM: "Telegram",
    MessageChannel.SMS: "SMS",
    MessageChannel.EMAIL: "E-mail",
    MessageChannel.FORM: "Form",
    MessageChannel.CAP: "CAP alert",
    MessageChannel.OTHER: "Other",
}
_CLOSING_REASONS: Final[dict[ClosingReason, str]] = {
    ClosingReason.ANSWERED: "Answered",
    ClosingReason.INFORMATION: "Information",
    ClosingReason.PRANK: "Prank",
    ClosingReason.SPAM: "Spam",
    ClosingReason.AUTOMATIC: "Written by a program",
    ClosingReason.OTHER: "Other",
}
_ATTACHMENT_KINDS: Final[dict[AttachmentKind, str]] = {
    AttachmentKind.PHOTO: "Photo",
    AttachmentKind.VIDEO: "Video",
    AttachmentKind.AUDIO: "Sound",
    AttachmentKind.DOCUMENT: "Document",
}
_DISRUPTION_KINDS: Final[dict[DisruptionKind, str]] = {
    DisruptionKind.ROAD: "Road",
    DisruptionKind.BRIDGE: "Bridge",
    DisruptionKind.POWER: "Electricity",
    DisruptionKind.WATER: "Drinking water",
    DisruptionKind.TELECOM: "Telecommunication",
}
_DISRUPTION_EXTENTS: Final[dict[DisruptionExtent, str]] = {
    DisruptionExtent.FULL: "closed or down",
    DisruptionExtent.PARTIAL: "partly passable or partly down",
}
_SHELTER_KINDS: Final[dict[ShelterKind, str]] = {
    ShelterKind.EVACUATION: "Evacuation shelter",
    ShelterKind.COMMAND_POST: "Command post",
    ShelterKind.FIELD_POST: "Field post",
    ShelterKind.HEALTH_POST: "Health post",
    ShelterKind.KITCHEN: "Public kitchen",
    ShelterKind.STORE: "Aid store",
}
_FILE_TOPICS: Final[dict[FileTopic, str]] = {
    FileTopic.MOUNTING: "Mounting",
    FileTopic.CALIBRATION: "Calibration",
    FileTopic.KEYS: "Keys",
    FileTopic.ACCESS: "Access",
    FileTopic.OTHER: "Other",
}

_TASK_KINDS: Final[dict[TaskKind, str]] = {
    TaskKind.ACTION: "Task",
    TaskKind.DISPOSITION: "Disposition",
    TaskKind.CALL_BACK: "Call-back",
}
LabelledCode = (
    Hazard
    | Severity
    | Status
    | Channel
    | CallClass
    | UnitKind
    | UnitState
    | FileTopic
    | TaskKind
    | ShelterKind
    | DisruptionKind
    | DisruptionExtent
    | AidKind
    | MessageChannel
    | ClosingReason
    | AttachmentKind
)


_OF_TYPE: Final[dict[type[Any], Mapping[Any, str]]] = {
    UnitKind: _UNIT_KINDS,
    UnitState: _UNIT_STATES,
    TaskKind: _TASK_KINDS,
    MessageChannel: _MESSAGE_CHANNELS,
    ClosingReason: _CLOSING_REASONS,
    AttachmentKind: _ATTACHMENT_KINDS,
    AidKind: _AID_KINDS,
    DisruptionKind: _DISRUPTION_KINDS,
    DisruptionExtent: _DISRUPTION_EXTENTS,
    ShelterKind: _SHELTER_KINDS,
    FileTopic: _FILE_TOPICS,
}


def code_label(code: LabelledCode) -> str:
    """Return the name of a code in the current language."""
    return _(_OF_TYPE.get(type(code), _ENGLISH)[code])
