"""Tells which BMKG feed came and reads it, or says plainly what came instead."""

from datetime import datetime

from tabuah.operations.feeds.cap import cap_in
from tabuah.operations.feeds.cap_values import CapAlert
from tabuah.operations.feeds.earthquakes import Earthquake, earthquakes_in
from tabuah.operations.feeds.elements import local_name
from tabuah.operations.feeds.errors import FeedUnknown
from tabuah.operations.feeds.forecast import WeatherForecast, forecast_in
from tabuah.operations.feeds.intake import read_json, read_text, read_xml
from tabuah.operations.feeds.nowcast_rss import NowcastNotice, nowcast_in
from tabuah.operations.feeds.reading import FeedKind, FeedReading, Finding

AnyReading = (
    FeedReading[Earthquake] | FeedReading[CapAlert] | FeedReading[NowcastNotice] | FeedReading[WeatherForecast]
)


def read_feed(data: bytes, *, now: datetime | None = None) -> AnyReading:
    """Read any of BMKG's feeds that Tabuah knows; the content decides, not a file name.

    Args:
        data: the bytes as they came.
        now: the caller's clock (UTC); with it, what lies in the future is set aside.

    Raises:
        FeedError: it is none of them, or nothing of it can be used.
    """
    text = read_text(data)
    if text[0] == "<":
        return _read_xml_feed(text, now)
    if text[0] in "{[":
        return _read_json_feed(text, now)
    raise FeedUnknown("This is neither JSON nor XML. Give one of BMKG's earthquake or nowcast files.")


def _read_xml_feed(text: str, now: datetime | None) -> AnyReading:
    root = read_xml(text)
    name = local_name(root)
    if name == "rss":
        return nowcast_in(root, now=now)
    if name == "alert":
        alert = cap_in(root, now=now)
        notes = tuple(Finding(0, remark) for remark in alert.notes)
        return FeedReading(kind=FeedKind.WARNING, items=(alert,), notes=notes, issued_at=alert.sent)
    raise FeedUnknown("This XML is neither a CAP warning nor a nowcast list; its root is {name}.", name=name[:40])


def _read_json_feed(text: str, now: datetime | None) -> AnyReading:
    document = read_json(text)
    if isinstance(document, dict) and document.get("type") == "FeatureCollection":
        raise FeedUnknown("This is GeoJSON. Map layers are read with: tabuah map import FILE.")
    if isinstance(document, dict) and "lokasi" in document:
        return forecast_in(document, now=now)
    return earthquakes_in(document, now=now)
