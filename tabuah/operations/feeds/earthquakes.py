"""Parser of BMKG's earthquake feeds: the latest, the last fifteen of M 5 and more, the last fifteen felt."""

import re
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.operations.feeds.decoders import clean_text, read_json, read_text
from tabuah.operations.feeds.errors import FeedIsWebPage, FeedShapeError, FeedUnknown, FeedUnusable, UnusableItem
from tabuah.operations.feeds.feed_reading import FeedKind, FeedNote, FeedReading
from tabuah.operations.feeds.felt_intensity import FeltReport, parse_felt
from tabuah.operations.feeds.positions import Position, check_position, read_bounded, read_lat_lon, read_number
from tabuah.operations.feeds.remarks import FeedRemark
from tabuah.operations.feeds.timestamps import read_iso, read_local_time

MAX_EVENTS: Final = 1000  # BMKG publishes fifteen
_SAME_PLACE_DEG: Final = 0.05
_SAME_TIME: Final = timedelta(minutes=1)
_SHAKEMAP: Final = re.compile(r"[0-9]{14}\.mmi\.jpg")
_HEMISPHERE: Final = re.compile(r"(.+?)\s*(LU|LS|BT|BB)", re.IGNORECASE)


class Earthquake(msgspec.Struct, frozen=True, kw_only=True):
    """One earthquake from BMKG; position in EPSG:4326 degrees, time UTC."""

    at: datetime
    lon_deg: float
    lat_deg: float
    magnitude: float
    depth_km: float
    region: str
    potential: str = ""
    felt: tuple[FeltReport, ...] = ()
    shakemap: str = ""  # file name of BMKG's shakemap

    @property
    def key(self) -> str:
        """Return the key of the event across feeds and revisions: its time to the second."""
        return f"bmkg-{self.at:%Y%m%d%H%M%S}"

    @property
    def tsunami_potential(self) -> bool | None:
        """Return whether the text announces or excludes a tsunami; None if it does neither."""
        words = self.potential.casefold()
        if "tsunami" not in words:
            return None
        return not ("tidak" in words or "tdk" in words)


def parse_earthquakes(data: bytes, *, now: datetime | None = None) -> FeedReading[Earthquake]:
    """Parse autogempa.json, gempaterkini.json or gempadirasakan.json.

    Args:
        data: the received bytes.
        now: the caller's clock (UTC); if given, an event more than an hour ahead is left out.

    Raises:
        FeedError: none of the three feeds, or it has no usable event.
    """
    return parse_earthquake_document(read_json(read_text(data)), now=now)


def parse_earthquake_document(document: object, *, now: datetime | None = None) -> FeedReading[Earthquake]:
    """Parse the JSON document of an earthquake feed.

    Raises:
        FeedError: none of the three feeds, or it has no usable event.
    """
    raw = _events_of(document)
    events = raw if isinstance(raw, list) else [raw]
    items: list[Earthquake] = []
    set_aside: list[FeedNote] = []
    notes: list[FeedNote] = []
    for index, event in enumerate(events):
        try:
            quake, remarks = _earthquake(event, now)
        except UnusableItem as reason:
            set_aside.append(FeedNote(index, reason.remark))
        else:
            items.append(quake)
            notes.extend(FeedNote(index, remark) for remark in remarks)
    if not events:
        notes.append(FeedNote(None, FeedRemark("no_earthquakes")))
    if set_aside and not items:
        raise FeedUnusable(
            "earthquakes_unusable",
            count=len(events),
            reason=set_aside[0].reason,
        )
    kind = _kind_of(raw)
    return FeedReading(kind=kind, items=tuple(items), set_aside=tuple(set_aside), notes=tuple(notes))


def _events_of(document: object) -> dict[str, object] | list[object]:
    if isinstance(document, dict) and "Infogempa" not in document and "statusCode" in document:
        message = document.get("message")
        answer = clean_text(message[:100], "message") if isinstance(message, str) else "?"
        raise FeedIsWebPage("error_answer", answer=answer)
    if not isinstance(document, dict) or "Infogempa" not in document:
        raise FeedUnknown("not_earthquakes")
    info = document["Infogempa"]
    raw = info.get("gempa") if isinstance(info, dict) else None
    if isinstance(raw, list) and len(raw) > MAX_EVENTS:
        raise FeedShapeError("too_many_earthquakes", count=len(raw))
    if not isinstance(raw, dict | list):
        raise FeedShapeError("earthquakes_incomplete")
    return raw


def _kind_of(raw: dict[str, object] | list[object]) -> FeedKind:
    if isinstance(raw, dict):
        return FeedKind.LATEST_EARTHQUAKE
    if any(isinstance(event, dict) and "Dirasakan" in event for event in raw):
        return FeedKind.FELT_EARTHQUAKES
    return FeedKind.RECENT_EARTHQUAKES


def _earthquake(raw: object, now: datetime | None) -> tuple[Earthquake, list[FeedRemark]]:
    if not isinstance(raw, dict):
        raise UnusableItem("event_not_an_object")
    at, remarks = _time_of(raw, now)
    position = _position_of(raw)
    region = clean_text(raw.get("Wilayah"), "Wilayah")
    if not region:
        remarks.append(FeedRemark("missing", field="Wilayah"))
    shakemap = clean_text(raw.get("Shakemap"), "Shakemap")
    quake = Earthquake(
        at=at,
        lon_deg=position.lon_deg,
        lat_deg=position.lat_deg,
        magnitude=read_bounded(_given(raw, "Magnitude"), "Magnitude", lowest=-1, highest=10, units=("sr", "m", "mw")),
        depth_km=read_bounded(_given(raw, "Kedalaman"), "Kedalaman", lowest=0, highest=800, units=("km",)),
        region=region,
        potential=clean_text(raw.get("Potensi"), "Potensi"),
        felt=parse_felt(clean_text(raw.get("Dirasakan"), "Dirasakan", limit=5000)),
        shakemap=shakemap if _SHAKEMAP.fullmatch(shakemap) else "",
    )
    return quake, remarks


def _given(raw: dict[str, object], field: str) -> object:
    value = raw.get(field)
    if value is None or value == "":
        raise UnusableItem("missing", field=field)
    return value


def _time_of(raw: dict[str, object], now: datetime | None) -> tuple[datetime, list[FeedRemark]]:
    """Return `DateTime` (UTC), checked against `Tanggal` and `Jam` (WIB), which replace it where missing."""
    date, clock = clean_text(raw.get("Tanggal"), "Tanggal"), clean_text(raw.get("Jam"), "Jam")
    utc_text = clean_text(raw.get("DateTime"), "DateTime")
    if not utc_text:
        if not date or not clock:
            raise UnusableItem("missing", field="DateTime")
        return read_local_time(date, clock, now=now), [FeedRemark("missing", field="DateTime")]
    at = read_iso(utc_text, "DateTime", now=now)
    try:
        agrees = not (date and clock) or abs(read_local_time(date, clock) - at) <= _SAME_TIME
    except UnusableItem as doubt:
        return at, [doubt.remark]
    return at, [] if agrees else [FeedRemark("times_disagree")]


def _position_of(raw: dict[str, object]) -> Position:
    """Return `Coordinates`, checked against `Lintang` and `Bujur`, which replace it where missing."""
    lat_text, lon_text = clean_text(raw.get("Lintang"), "Lintang"), clean_text(raw.get("Bujur"), "Bujur")
    spoken = _spoken_position(lat_text, lon_text) if lat_text and lon_text else None
    text = clean_text(raw.get("Coordinates"), "Coordinates")
    if not text:
        if spoken is None:
            raise UnusableItem("missing", field="Coordinates")
        return spoken
    position = read_lat_lon(text, "Coordinates")
    if spoken and _apart_deg(position, spoken) > _SAME_PLACE_DEG:
        raise UnusableItem(
            "coordinates_disagree",
            coordinates=text,
            spoken=f"{lat_text} {lon_text}",
        )
    return position


def _spoken_position(lat_text: str, lon_text: str) -> Position:
    lat, lon = _HEMISPHERE.fullmatch(lat_text), _HEMISPHERE.fullmatch(lon_text)
    if lat is None or lon is None or lat[2].upper() not in ("LU", "LS") or lon[2].upper() not in ("BT", "BB"):
        raise UnusableItem("spoken_not_a_position", text=f"{lat_text} {lon_text}"[:40])
    return check_position(
        lat_deg=read_number(lat[1], "Lintang") * (-1 if lat[2].upper() == "LS" else 1),
        lon_deg=read_number(lon[1], "Bujur") * (-1 if lon[2].upper() == "BB" else 1),
        field="Lintang/Bujur",
    )


def _apart_deg(one: Position, other: Position) -> float:
    return max(abs(one.lon_deg - other.lon_deg), abs(one.lat_deg - other.lat_deg))
