"""Code lists of incidents (hazard, severity, status, channel, call class), and a parser of both languages."""

from enum import StrEnum
from typing import Final, TypeVar

from tabuah.operations.errors import UnknownCode


class Hazard(StrEnum):
    """Kind of event; its letter is drawn on the map."""

    FLOOD = "flood"
    FLASH_FLOOD = "flash_flood"
    LANDSLIDE = "landslide"
    EARTHQUAKE = "earthquake"
    VOLCANO = "volcano"
    WILDFIRE = "wildfire"
    FIRE = "fire"
    EXTREME_WEATHER = "extreme_weather"
    DROUGHT = "drought"
    ACCIDENT = "accident"
    MISSING_PERSON = "missing_person"
    PUBLIC_SERVICE = "public_service"
    PUBLIC_ORDER = "public_order"
    HEALTH = "health"
    OTHER = "other"


class Severity(StrEnum):
    """Severity of an incident, from minor to catastrophic."""

    MINOR = "minor"
    MODERATE = "moderate"
    SEVERE = "severe"
    CATASTROPHIC = "catastrophic"

    @property
    def rank(self) -> int:
        """Return 0 for minor to 3 for catastrophic."""
        return list(Severity).index(self)


class Status(StrEnum):
    """Status of an incident; the first seven are steps forward, the last two end it otherwise."""

    REPORTED = "reported"
    VERIFIED = "verified"
    ASSIGNED = "assigned"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    CONTAINED = "contained"
    CLOSED = "closed"
    FALSE_REPORT = "false_report"
    MERGED = "merged"

    @property
    def rank(self) -> int | None:
        """Return the step number, 0 to 6; None for the statuses that are no step."""
        return FORWARD_STATUSES.index(self) if self in FORWARD_STATUSES else None

    @property
    def is_open(self) -> bool:
        return self not in (Status.CLOSED, Status.FALSE_REPORT, Status.MERGED)

    @property
    def is_counted(self) -> bool:
        """Return whether an incident counts in figures: a merged one counts as the incident that it is a part of."""
        return self not in (Status.FALSE_REPORT, Status.MERGED)


class Channel(StrEnum):
    """How a report came in."""

    PHONE = "phone"
    CALL_112 = "call_112"  # the emergency number
    WHATSAPP = "whatsapp"
    RADIO = "radio"
    WALK_IN = "walk_in"
    SENSOR = "sensor"
    FEED = "feed"
    FIELD = "field"
    SP4N_LAPOR = "sp4n_lapor"  # the complaint service of the government
    MESSAGE = "message"  # a message other than WhatsApp: Telegram, SMS, e-mail, a form


class CallClass(StrEnum):
    """What a call was; a normal one is about an incident."""

    NORMAL = "normal"
    GHOST = "ghost"  # nobody speaks
    PRANK = "prank"
    INFORMATION = "information"  # a question, not an event


FORWARD_STATUSES: Final = (
    Status.REPORTED,
    Status.VERIFIED,
    Status.ASSIGNED,
    Status.EN_ROUTE,
    Status.ON_SCENE,
    Status.CONTAINED,
    Status.CLOSED,
)

HAZARD_LETTERS: Final[dict[Hazard, str]] = {
    Hazard.FLOOD: "B",
    Hazard.FLASH_FLOOD: "G",
    Hazard.LANDSLIDE: "L",
    Hazard.EARTHQUAKE: "E",
    Hazard.VOLCANO: "V",
    Hazard.WILDFIRE: "H",
    Hazard.FIRE: "K",
    Hazard.EXTREME_WEATHER: "C",
    Hazard.DROUGHT: "D",
    Hazard.ACCIDENT: "A",
    Hazard.MISSING_PERSON: "O",
    Hazard.PUBLIC_SERVICE: "P",
    Hazard.PUBLIC_ORDER: "T",
    Hazard.HEALTH: "S",
    Hazard.OTHER: "?",
}

# Indonesian names, and the English names on screen that differ from the code.
_OTHER_NAMES: Final[dict[str, str]] = {
    "banjir": "flood",
    "banjir bandang": "flash_flood",
    "galodo": "flash_flood",
    "tanah longsor": "landslide",
    "longsor": "landslide",
    "gempa bumi": "earthquake",
    "gempa": "earthquake",
    "letusan gunung api": "volcano",
    "gunung api": "volcano",
    "karhutla": "wildfire",
    "kebakaran": "fire",
    "cuaca ekstrem": "extreme_weather",
    "kekeringan": "drought",
    "kecelakaan": "accident",
    "orang hilang": "missing_person",
    "gangguan layanan publik": "public_service",
    "ketertiban": "public_order",
    "kesehatan": "health",
    "lain": "other",
    "ringan": "minor",
    "sedang": "moderate",
    "berat": "severe",
    "katastropik": "catastrophic",
    "dilaporkan": "reported",
    "diverifikasi": "verified",
    "terverifikasi": "verified",
    "ditugaskan": "assigned",
    "menuju lokasi": "en_route",
    "di lokasi": "on_scene",
    "tertangani": "contained",
    "ditutup": "closed",
    "laporan palsu": "false_report",
    "digabung": "merged",
    "telepon": "phone",
    "112": "call_112",
    "112 call": "call_112",
    "panggilan 112": "call_112",
    "lapor": "sp4n_lapor",
    "pesan": "message",
    "dijawab": "answered",
    "otomatis": "automatic",
    "surel": "email",
    "e mail": "email",
    "formulir": "form",
    "dibutuhkan": "needed",
    "butuh": "needed",
    "need": "needed",
    "diterima": "received",
    "terima": "received",
    "disalurkan": "distributed",
    "salur": "distributed",
    "persediaan": "counted",
    "stok": "counted",
    "stock": "counted",
    "stock counted": "counted",
    "stok didata": "counted",
    "jalan": "road",
    "jembatan": "bridge",
    "listrik": "power",
    "electricity": "power",
    "air bersih": "water",
    "air": "water",
    "drinking water": "water",
    "telekomunikasi": "telecom",
    "telecommunication": "telecom",
    "penuh": "full",
    "total": "full",
    "sebagian": "partial",
    "evacuation shelter": "evacuation",
    "pengungsian": "evacuation",
    "tempat pengungsian": "evacuation",
    "posko": "command_post",
    "pos lapangan": "field_post",
    "pos kesehatan": "health_post",
    "public kitchen": "kitchen",
    "dapur umum": "kitchen",
    "aid store": "store",
    "gudang": "store",
    "gudang bantuan": "store",
    "normal call": "normal",
    "panggilan normal": "normal",
    "ghost call": "ghost",
    "panggilan kosong": "ghost",
    "kosong": "ghost",
    "prank call": "prank",
    "panggilan iseng": "prank",
    "iseng": "prank",
    "information call": "information",
    "panggilan informasi": "information",
    "informasi": "information",
    "task": "action",
    "tugas": "action",
    "disposisi": "disposition",
    "call back": "call_back",
    "hubungi kembali": "call_back",
    "radio": "radio",
    "datang langsung": "walk_in",
    "sensor": "sensor",
    "umpan": "feed",
    "umpan data": "feed",
    "lapangan": "field",
    "volcanic eruption": "volcano",
    "public service failure": "public_service",
    "telephone": "phone",
    "siaga": "available",
    "tersedia": "available",
    "kembali": "returning",
    "tidak tersedia": "unavailable",
    "trc": "quick_response",
    "reaksi cepat": "quick_response",
    "tim reaksi cepat": "quick_response",
    "damkar": "fire",
    "pemadam kebakaran": "fire",
    "ambulans": "ambulance",
    "sar": "search_rescue",
    "pencarian dan pertolongan": "search_rescue",
    "pengamanan": "security",
    "logistik": "logistics",
    "alat berat": "heavy_equipment",
    "relawan": "volunteers",
    "hujan": "rain",
    "curah hujan": "rain",
    "sungai": "river",
    "duga air": "river",
    "tanah": "soil",
    "kemiringan": "tilt",
    "seismik": "seismic",
    "cuaca": "weather",
    "udara": "air",
    "kualitas udara": "air",
    # as lists of stations name the kinds
    "pos hujan": "rain",
    "pos curah hujan": "rain",
    "penakar hujan": "rain",
    "stasiun hujan": "rain",
    "arr": "rain",
    "rainfall": "rain",
    "rain gauge": "rain",
    "pos duga air": "river",
    "duga muka air": "river",
    "tinggi muka air": "river",
    "awlr": "river",
    "river gauge": "river",
    "water level": "river",
    "kelembapan tanah": "soil",
    "kelembaban tanah": "soil",
    "soil moisture": "soil",
    "lereng": "tilt",
    "tiltmeter": "tilt",
    "slope": "tilt",
    "guncangan": "seismic",
    "akselerometer": "seismic",
    "accelerometer": "seismic",
    "seismometer": "seismic",
    "stasiun cuaca": "weather",
    "aws": "weather",
    "weather station": "weather",
    "air quality": "air",
}

CodeT = TypeVar("CodeT", bound=StrEnum)


def names_of(code: StrEnum) -> tuple[str, ...]:
    """Return the names that `parse_code` reads as a code, in lower case, in English and Indonesian."""
    return (code.value.replace("_", " "), *(name for name, value in _OTHER_NAMES.items() if value == code.value))


def parse_code(codes: type[CodeT], text: str) -> CodeT:
    """Parse a code in English or Indonesian; case, spaces, hyphens and underscores do not matter.

    Raises:
        UnknownCode: it is none of `codes`.
    """
    words = " ".join(text.strip().lower().replace("_", " ").replace("-", " ").split())
    code = words.replace(" ", "_")  # goes first: it may be a word of another kind
    english = code if code in tuple(codes) else _OTHER_NAMES.get(words, code)
    try:
        return codes(english)
    except ValueError:
        raise UnknownCode(codes.__name__.lower(), text, tuple(codes)) from None
