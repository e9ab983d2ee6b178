"""Names of codes on screen and on paper, in the current language."""

from typing import Final

from tabuah.operations.aid.aid_line import AidKind
from tabuah.operations.codes import CallClass, Channel, Hazard, Severity, Status
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
    | AidKind
    | MessageChannel
    | ClosingReason
    | AttachmentKind
)


def code_label(code: LabelledCode) -> str:
    match code:
        case UnitKind():
            return _(_UNIT_KINDS[code])
        case UnitState():
            return _(_UNIT_STATES[code])
        case TaskKind():
            return _(_TASK_KINDS[code])
        case MessageChannel():
            return _(_MESSAGE_CHANNELS[code])
        case ClosingReason():
            return _(_CLOSING_REASONS[code])
        case AttachmentKind():
            return _(_ATTACHMENT_KINDS[code])
        case AidKind():
            return _(_AID_KINDS[code])
        case ShelterKind():
            return _(_SHELTER_KINDS[code])
        case FileTopic():
            return _(_FILE_TOPICS[code])
    return _(_ENGLISH[code])
