"""The profile of a regency: its name, codes, bounds, time zone, letterhead and lists, read from `regency.toml`.

The profile is also part of a journal entry; msgspec enforces its bounds.
"""

import re
from datetime import date, timedelta, timezone
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from tabuah.resources.hazard_questions import HazardQuestion, QuestionText
from tabuah.resources.reminder_settings import LimitReminderSettings

PROFILE_FILE: Final = "regency.toml"
FORMAT_VERSION: Final = 1
MAX_FILE_BYTES: Final = 1 << 18
MAX_CREST_BYTES: Final = 1 << 16
MAX_HOLIDAYS: Final = 1_000  # forty years
MIN_SIDE_DEG: Final = 0.01  # about 1 km
MAX_SIDE_DEG: Final = 12.0  # two UTM zones: more is no regency

# Indonesia's zones have no daylight saving time. The names are those of the IANA database.
TIME_ZONES: Final[dict[str, timezone]] = {
    "Asia/Jakarta": timezone(timedelta(hours=7), "WIB"),
    "Asia/Pontianak": timezone(timedelta(hours=7), "WIB"),
    "Asia/Makassar": timezone(timedelta(hours=8), "WITA"),
    "Asia/Jayapura": timezone(timedelta(hours=9), "WIT"),
}

ZONE_LABELS: Final = {label: zone for zone in TIME_ZONES.values() if (label := zone.tzname(None))}

Line = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
NamedLine = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Code = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[a-z][a-z_]*$")]
CapSender = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\s,<&]+$")]
CrestFile = Annotated[str, Meta(max_length=100, pattern=r"^([A-Za-z0-9_][A-Za-z0-9_.-]*\.svg)?$")]
MapFile = Annotated[str, Meta(max_length=100, pattern=r"^([A-Za-z0-9_][A-Za-z0-9_.-]*\.npz)?$")]
Digest = Annotated[str, Meta(max_length=64, pattern=r"^([0-9a-f]{64})?$")]
# Part of translated texts with fields, so without braces.
LevelName = Annotated[str, Meta(max_length=40, pattern=r"^[A-Za-z][A-Za-z /.'-]*$")]
# A question without a code is only shown: its answer goes into the note.
Questions = Annotated[tuple[QuestionText | HazardQuestion, ...], Meta(max_length=10)]
AnswerSentence = Annotated[str, Meta(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]
LonDeg = Annotated[float, Meta(ge=-180.0, le=180.0)]
LatDeg = Annotated[float, Meta(ge=-80.0, le=84.0)]  # where UTM is defined


class OfficeLetterhead(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Head of a document. `cap_sender` has no blanks, commas, < or & (CAP 1.2, 3.2.1); `crest` is an SVG file."""

    government: NamedLine
    agency: NamedLine
    unit: Line
    address: Line
    place: Line
    cap_sender: CapSender
    crest: CrestFile = ""


class Signatory(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person who signs documents; `nip` is the civil servant's number of 18 digits."""

    title: NamedLine
    name: Line = ""
    nip: Annotated[str, Meta(max_length=40, pattern=r"^(\d[\d ]*)?$")] = ""


class Opd(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An office that incidents are assigned to."""

    name: NamedLine


class AdministrativeLevels(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Names of the administrative levels below the regency. Texts are written with the defaults."""

    district: LevelName = "Kecamatan"
    village: LevelName = "Nagari"
    hamlet: LevelName = "Jorong"
    village_head: LevelName = "Wali nagari"


class HazardSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A hazard: whether forms offer it, questions for the caller, and minutes from report to arrival on scene.

    `check_in_min` are the minutes between check-ins of its crews: 0 for none, else those of the profile.
    """

    code: Code
    offered: bool = True
    arrival_min: Annotated[int, Meta(ge=1, le=10_080)] | None = None
    check_in_min: Annotated[int, Meta(ge=0, le=1_440)] | None = None
    questions: Questions = ()

    @property
    def asked(self) -> tuple[HazardQuestion, ...]:
        """The questions whose answers are stored."""
        return tuple(each for each in self.questions if isinstance(each, HazardQuestion))

    @property
    def reminders(self) -> tuple[str, ...]:
        """The questions that are only shown."""
        return tuple(each for each in self.questions if isinstance(each, str))


class UnitKindSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A kind of unit, and whether forms offer it."""

    code: Code
    offered: bool = True


class ShiftSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A shift of the control room: its name, local start, and length."""

    start: Annotated[str, Meta(max_length=5, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    hours: Annotated[int, Meta(ge=1, le=48)]
    name: Line = ""


class ClockSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A time limit: of incidents from their report, or of tasks from their start.

    Attributes:
        code: its code, such as `trc_departure`.
        name: as people see it.
        starts: `report`, or `task` for a limit that a person chooses for a task.
        stops: the status of the incident that stops it; of a task `receipt` or `done`.
        hazards, channels: the incidents that have it; none for all.
        task_kinds: the kinds of tasks that have it without being chosen.
        minutes, days: the limit; a limit in days ends with the local day.
        working: whether only working days count: Monday to Friday without holidays.
    """

    code: Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]
    name: NamedLine
    starts: Annotated[str, Meta(max_length=10, pattern=r"^(report|task)$")]
    stops: Annotated[str, Meta(max_length=20, pattern=r"^[a-z_]+$")]
    hazards: Annotated[tuple[Code, ...], Meta(max_length=100)] = ()
    channels: Annotated[tuple[Annotated[str, Meta(max_length=40)], ...], Meta(max_length=20)] = ()
    task_kinds: Annotated[tuple[Code, ...], Meta(max_length=10)] = ()
    minutes: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    days: Annotated[int, Meta(ge=1, le=366)] | None = None
    working: bool = False


class Holiday(msgspec.Struct, frozen=True, kw_only=True):
    """A day that is no working day: a public holiday, or a day of joint leave (cuti bersama)."""

    date: date
    name: Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")]


class RunCardUnits(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A number of units of one kind on a run card; with `opd` only those of this office."""

    kind: Code
    count: Annotated[int, Meta(ge=1, le=20)] = 1
    opd: Line = ""


class RunCardSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The units that are sent to a hazard, from a severity on."""

    hazard: Code
    units: Annotated[tuple[RunCardUnits, ...], Meta(min_length=1, max_length=10)]
    severity: Code = "minor"


class UnitCoverageSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A kind of unit that must be ready in every kecamatan, or within a straight distance of its centre."""

    kind: Code
    within_km: Annotated[float, Meta(gt=0, le=500)] | None = None


class AidItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An item of aid and its unit of measure."""

    name: Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")]
    unit: Annotated[str, Meta(min_length=1, max_length=20, pattern=r"^[^\x00-\x1f\x7f]+$")]


class AnswerTemplate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sentence for answers to messages, in both languages; empty in one in which it is not offered."""

    code: Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]
    id: AnswerSentence = ""
    en: AnswerSentence = ""

    def text(self, language: str) -> str:
        """Return the sentence in a language, else in the other one."""
        return self.en or self.id if language == "en" else self.id or self.en


class MessageTimes(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Minutes after which a waiting message is late, and overdue."""

    late_min: Annotated[int, Meta(ge=1, le=10_080)] = 5
    overdue_min: Annotated[int, Meta(ge=1, le=10_080)] = 15


class RegencyProfile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The profile of a regency.

    Attributes:
        format: version of the file format.
        name, short_name, capital: as people and felt reports name it.
        kemendagri_code, bps_code: such as "13.02" and "1303".
        number_prefix: beginning of incident numbers.
        time_zone: a key of `TIME_ZONES`.
        languages: the first is the default.
        bounds_deg: west, south, east, north (EPSG:4326).
        map: name of a map file; empty is the shipped map.
        map_sha256: of that file, set when the profile is given to a server.
        room: the control room.
        check_in_min: minutes between check-ins of crews on missions; without it, they need not check in.
        shifts: the usual shifts of a day in the control room; without one, 24 hours from 08.00.
        crews: names of the crews on duty.
        run_cards: the units that are sent to each hazard.
        unit_coverage: the kinds of units that must be ready for each kecamatan.
        clocks: time limits of incidents and tasks, besides `arrival_min` of the hazards.
        holidays: days that limits in working days leave out.
        limit_reminders: when people are reminded of these limits.
        aid_items: the items of aid that forms offer; without one, those of the shipped profile.
        message_answers: sentences for answers to messages; without one, those of the shipped profile.
        message_times: when a waiting message is late.
        levels: names of the levels below the regency.
        crest_svg: content of the crest's file, set when the profile is read.
    """

    format: Annotated[int, Meta(ge=1, le=FORMAT_VERSION)]
    name: NamedLine
    short_name: NamedLine
    capital: NamedLine
    kemendagri_code: Annotated[str, Meta(max_length=5, pattern=r"^[0-9]{2}\.[0-9]{2}$")]
    bps_code: Annotated[str, Meta(max_length=4, pattern=r"^[0-9]{4}$")]
    number_prefix: Annotated[str, Meta(max_length=5, pattern=r"^[A-Z]{2,5}$")]
    time_zone: Annotated[str, Meta(max_length=40)]
    languages: Annotated[tuple[Annotated[str, Meta(max_length=10)], ...], Meta(min_length=1, max_length=5)]
    bounds_deg: tuple[LonDeg, LatDeg, LonDeg, LatDeg]
    map: MapFile = ""
    map_sha256: Digest = ""
    room: NamedLine
    check_in_min: Annotated[int, Meta(ge=1, le=1_440)] | None = None
    levels: AdministrativeLevels = AdministrativeLevels()
    letterhead: OfficeLetterhead
    signatories: Annotated[tuple[Signatory, ...], Meta(min_length=1, max_length=20)]
    opds: Annotated[tuple[Opd, ...], Meta(min_length=1, max_length=200)]
    hazards: Annotated[tuple[HazardSettings, ...], Meta(min_length=1, max_length=100)]
    unit_kinds: Annotated[tuple[UnitKindSettings, ...], Meta(min_length=1, max_length=100)]
    shifts: Annotated[tuple[ShiftSettings, ...], Meta(max_length=12)] = ()
    crews: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=80)], ...], Meta(max_length=20)] = ()
    run_cards: Annotated[tuple[RunCardSettings, ...], Meta(max_length=100)] = ()
    unit_coverage: Annotated[tuple[UnitCoverageSettings, ...], Meta(max_length=20)] = ()
    clocks: Annotated[tuple[ClockSettings, ...], Meta(max_length=50)] = ()
    holidays: Annotated[tuple[Holiday, ...], Meta(max_length=MAX_HOLIDAYS)] = ()
    limit_reminders: LimitReminderSettings = LimitReminderSettings()
    aid_items: Annotated[tuple[AidItem, ...], Meta(max_length=200)] = ()
    message_answers: Annotated[tuple[AnswerTemplate, ...], Meta(max_length=30)] = ()
    message_times: MessageTimes = MessageTimes()
    crest_svg: Annotated[str, Meta(max_length=MAX_CREST_BYTES)] = ""

    @property
    def zone(self) -> timezone:
        """The time zone; WIB where this program does not know the name."""
        return TIME_ZONES.get(self.time_zone, TIME_ZONES["Asia/Jakarta"])

    @property
    def zone_label(self) -> str:
        """The name of the time zone in texts: WIB, WITA or WIT."""
        return self.zone.tzname(None)

    @property
    def centre_deg(self) -> tuple[float, float]:
        """Longitude and latitude of the centre of the bounds."""
        west, south, east, north = self.bounds_deg
        return (west + east) / 2, (south + north) / 2

    @property
    def utm_zone(self) -> int:
        """The UTM zone of the centre."""
        return min(60, int((self.centre_deg[0] + 180) // 6) + 1)

    @property
    def is_south(self) -> bool:
        """Whether the centre is south of the equator."""
        return self.centre_deg[1] < 0

    @property
    def utm_band(self) -> str:
        """The letter of the UTM latitude band of the centre; each covers 8 degrees from 80° S."""
        return "CDEFGHJKLMNPQRSTUVWX"[min(19, int((self.centre_deg[1] + 80) // 8))]

    def hazard(self, code: str) -> HazardSettings:
        """Return the settings of a hazard; one that is not listed is offered and has no clock."""
        found = next((each for each in self.hazards if each.code == code), None)
        return found or HazardSettings(code=code)

    def question(self, hazard: str, code: str) -> HazardQuestion | None:
        """Return the question of a code: that of the hazard, else that of another; None if the profile has none."""
        settings = (self.hazard(hazard), *self.hazards)
        return next((each for one in settings for each in one.asked if each.code == code), None)

    def offers_unit_kind(self, code: str) -> bool:
        """Return whether forms offer a kind of unit; one that is not listed is offered."""
        return next((each.offered for each in self.unit_kinds if each.code == code), True)


class InvalidProfile(ValueError):
    """A profile that cannot be used; `key` is its key in the file, empty for the whole file."""

    def __init__(self, key: str, finding: str) -> None:
        self.key, self.finding = key, finding
        super().__init__(f"{key}: {finding}" if key else finding)


_FIELD_OF_ERROR: Final = re.compile(r"\s-\sat `\$\.?(.*)`$")


def decode_profile(text: str) -> RegencyProfile:
    """Return the profile of a TOML text.

    Raises:
        InvalidProfile: it is no profile.
    """
    from tabuah.resources.toml_parser import parse_toml  # noqa: PLC0415 - not part of a start

    try:
        fields = parse_toml(text)
        profile = msgspec.convert(fields, RegencyProfile)
    except (msgspec.ValidationError, RecursionError) as error:
        found = _FIELD_OF_ERROR.search(str(error))
        raise InvalidProfile(found[1] if found else "", _FIELD_OF_ERROR.sub("", str(error))) from error
    except ValueError as error:  # also of a number with thousands of digits, which is no error of TOML
        raise InvalidProfile("", str(error)) from error
    if unknown := _find_unknown(fields, profile):
        raise InvalidProfile(unknown, "unknown key")
    return profile


def _find_unknown(fields: Any, value: Any) -> str:
    """Return the path of the first key of a file that the value does not have; empty if there is none.

    A body of the journal may have such keys: a newer program wrote it.
    """
    if isinstance(value, msgspec.Struct) and isinstance(fields, dict):
        for name, part in fields.items():
            if name not in value.__struct_fields__:
                return str(name)
            if inner := _find_unknown(part, getattr(value, name)):
                return f"{name}{inner}" if inner.startswith("[") else f"{name}.{inner}"
    elif isinstance(value, tuple) and isinstance(fields, list):
        for number, (part, item) in enumerate(zip(fields, value, strict=False)):
            if inner := _find_unknown(part, item):
                return f"[{number}].{inner}"
    return ""


def profile_fields(profile: RegencyProfile) -> dict[str, Any]:
    """Return the fields of a profile for its file, without those that are set later."""
    fields: dict[str, Any] = msgspec.to_builtins(profile)
    return {name: value for name, value in fields.items() if name not in ("crest_svg", "map_sha256")}


def read_text(path: Path, *, at_most: int) -> str:
    """Return the content of a UTF-8 file.

    Raises:
        InvalidProfile: it is too large or not UTF-8.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        content = file.read(at_most + 1)
    if len(content) > at_most:
        raise InvalidProfile("", f"larger than {at_most} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidProfile("", "not UTF-8") from error
