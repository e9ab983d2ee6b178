"""Positions in links of maps and in `geo:` URIs (RFC 5870), read without a connection.

Forms, as the programs write them: Google Maps (`!3d…!4d…` of a place, `?q=`, `/@lat,lon`), OpenStreetMap
(`?mlat=&mlon=`, `#map=zoom/lat/lon`), Apple Maps and Waze (`ll=`), Bing (`cp=lat~lon`).
"""

import re
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote_plus, urlsplit

from tabuah.gis.errors import CoordinateError
from tabuah.resources.localisation import _

MAX_LINK_CHARS: Final = 4_000

_LINK: Final = re.compile(r"(?:https?://|geo:)\S+", re.IGNORECASE)
_SHORT_HOSTS: Final = frozenset({"goo.gl", "maps.app.goo.gl", "g.co", "osm.org", "bit.ly", "waze.to", "her.is"})
_DEGREES: Final = r"([+-]?\d{1,3}(?:\.\d{1,20})?)"
_PAIR: Final = re.compile(rf"\s*(?:loc:)?\s*{_DEGREES}\s*[,~]\s*{_DEGREES}(?![\d.])", re.IGNORECASE)
_PIN: Final = re.compile(rf"!3d{_DEGREES}!4d{_DEGREES}(?![\d.])")
_VIEW: Final = re.compile(rf"@{_DEGREES},{_DEGREES}(?![\d.])")
_OSM_VIEW: Final = re.compile(rf"map=\d+(?:\.\d+)?/{_DEGREES}/{_DEGREES}(?![\d.])")
_PARAMETERS: Final = ("q", "query", "destination", "daddr", "ll", "sll", "coordinate", "cp", "center")


def parse_map_link(text: str) -> tuple[float, float] | None:
    """Return longitude and latitude in degrees of the first link in a text; None without a link.

    Raises:
        CoordinateError: the link has no position; that of a short link is known to its server only.
    """
    found = _LINK.search(text[:MAX_LINK_CHARS])
    if found is None:
        return None
    link = found[0].rstrip(".,;)>\"'")
    position = _of_geo(link[4:]) if link.lower().startswith("geo:") else _of_address(link)
    if position is None:
        raise CoordinateError(_describe_missing(link))
    return position


def _of_geo(path: str) -> tuple[float, float] | None:
    """Return the position of a `geo:` URI; Android writes that of a pin as `geo:0,0?q=lat,lon(name)`."""
    point, _mark, query = path.partition("?")
    pin = _pair(parse_qs(query).get("q", [""])[0])
    return pin or _pair(point)


def _of_address(link: str) -> tuple[float, float] | None:
    try:
        parts = urlsplit(link)
    except ValueError:  # such as brackets that are no IPv6 address
        return None
    query = {name.lower(): values[-1] for name, values in parse_qs(parts.query).items()}
    path = unquote_plus(parts.path)
    pins = _PIN.findall(unquote_plus(link))
    if pins:
        return _ordered(*pins[-1])  # the last one is the place; earlier ones are stops of a route
    if "mlat" in query and "mlon" in query and (marked := _pair(f"{query['mlat']},{query['mlon']}")):
        return marked
    named = (_pair(query[name]) for name in _PARAMETERS if name in query)
    return next(filter(None, named), None) or _of_view(path, parts)


def _of_view(path: str, parts: SplitResult) -> tuple[float, float] | None:
    """Return the centre of the map, or the position that a path names, such as `/maps/search/-0.8,+100.6`."""
    view = _VIEW.search(path) or _OSM_VIEW.search(parts.fragment)
    if view is not None:
        return _ordered(view[1], view[2])
    return next(filter(None, map(_pair, path.split("/"))), None)


def _pair(text: str) -> tuple[float, float] | None:
    found = _PAIR.match(text)
    return _ordered(found[1], found[2]) if found else None


def _ordered(lat: str, lon: str) -> tuple[float, float]:
    return float(lon), float(lat)


def _describe_missing(link: str) -> str:
    try:
        host = (urlsplit(link).hostname or "").removeprefix("www.")
    except ValueError:
        host = ""
    if host in _SHORT_HOSTS:
        message = _(
            "The short link of {host} has no position in it, and is not opened here. "
            "Open it on a phone and copy the coordinates, or ask for the pin."
        )
        return message.format(host=host)
    return _("This link has no position in it. Copy the coordinates, or pick the place on the map.")
