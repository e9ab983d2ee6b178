"""Detection of the BMKG feed type by content, and its parsing."""

from datetime import datetime

from tabuah.operations.feeds.cap_alert import CapAlert
from tabuah.operations.feeds.cap_parser import parse_cap_element
from tabuah.operations.feeds.decoders import read_json, read_text, read_xml
from tabuah.operations.feeds.earthquakes import Earthquake, parse_earthquake_document
from tabuah.operations.feeds.errors import FeedUnknown
from tabuah.operations.feeds.feed_reading import FeedKind, FeedNote, FeedReading
from tabuah.operations.feeds.nowcast_rss import NowcastNotice, parse_nowcast_element
from tabuah.operations.feeds.weather_forecast import WeatherForecast, parse_forecast_document
from tabuah.operations.feeds.xml_elements import local_name

AnyReading = (
    FeedReading[Earthquake] | FeedReading[CapAlert] | FeedReading[NowcastNotice] | FeedReading[WeatherForecast]
)


def read_feed(data: bytes, *, now: datetime | None = None) -> AnyReading:
    """Parse any known BMKG feed; the content decides, not a file name.

    Args:
        data: the received bytes.
        now: the caller's clock (UTC); if given, items in the future are left out.

    Raises:
        FeedError: not a known feed, or without a usable item.
    """
    text = read_text(data)
    if text[0] == "<":
        return _read_xml_feed(text, now)
    if text[0] in "{[":
        return _read_json_feed(text, now)
    raise FeedUnknown("neither_json_nor_xml")


def _read_xml_feed(text: str, now: datetime | None) -> AnyReading:
    root = read_xml(text)
    name = local_name(root)
    if name == "rss":
        return parse_nowcast_element(root, now=now)
    if name == "alert":
        alert = parse_cap_element(root, now=now)
        notes = tuple(FeedNote(0, remark) for remark in alert.notes)
        return FeedReading(kind=FeedKind.WARNING, items=(alert,), notes=notes, issued_at=alert.sent)
    raise FeedUnknown("unknown_xml", name=name[:40])


def _read_json_feed(text: str, now: datetime | None) -> AnyReading:
    document = read_json(text)
    if isinstance(document, dict) and document.get("type") == "FeatureCollection":
        raise FeedUnknown("geojson")
    if isinstance(document, dict) and "lokasi" in document:
        return parse_forecast_document(document, now=now)
    return parse_earthquake_document(document, now=now)
