"""Feed items as JSON values with units in their names, and as one line of text."""

from datetime import UTC, datetime

from msgspec.structs import asdict

from tabuah.operations.feeds.cap_alert import CapAlert, CapArea, CapInfo
from tabuah.operations.feeds.detection import AnyReading
from tabuah.operations.feeds.earthquakes import Earthquake
from tabuah.operations.feeds.feed_reading import FeedKind, FeedNote
from tabuah.operations.feeds.felt_intensity import ROMAN, FeltReport
from tabuah.operations.feeds.nowcast_rss import NowcastNotice
from tabuah.operations.feeds.positions import Position
from tabuah.operations.feeds.proximity import Region, proximity_of
from tabuah.operations.feeds.weather_forecast import ForecastStep, WeatherForecast
from tabuah.resources.localisation import _, format_moment, format_number
from tabuah.text.feeds.remarks import describe_remark

Json = dict[str, object]
_LIST_NAMES = {FeedKind.WARNING: "alerts", FeedKind.WARNING_LIST: "notices", FeedKind.FORECAST: "forecasts"}
FeedItem = Earthquake | CapAlert | NowcastNotice | WeatherForecast


def feed_to_json(reading: AnyReading, *, region: Region | None = None) -> Json:
    """Return the whole reading; with `region` every item also has `relation` and `distance_km`."""
    return {
        "feed": str(reading.kind),
        "source": reading.source,
        "issued_at": _iso(reading.issued_at),
        _LIST_NAMES.get(reading.kind, "earthquakes"): [_item(item, region) for item in reading.items],
        "set_aside": [_finding(finding) for finding in reading.set_aside],
        "notes": [_finding(finding) for finding in reading.notes],
    }


def describe_feed_item(item: FeedItem) -> str:
    """Return the item in one line in the current language: "M 4,6 · 24 Des 2025 12.30 WIB · 30 km · …"."""
    if isinstance(item, Earthquake):
        return _earthquake_line(item)
    if isinstance(item, NowcastNotice):
        return f"{format_moment(item.published_at)} · {item.title}"
    if isinstance(item, WeatherForecast):
        return _forecast_line(item)
    info = item.infos[0] if item.infos else None
    head = info.headline or info.event if info else item.identifier
    until = _(" · until {moment}").format(moment=format_moment(info.expires)) if info and info.expires else ""
    mark = f"[{item.status}] " if item.is_exercise else ""
    return f"{mark}{format_moment(item.sent)} · {head}{until}"


def _earthquake_line(quake: Earthquake) -> str:
    magnitude, depth = format_number(quake.magnitude, digits=1), format_number(quake.depth_km)
    parts = [f"M {magnitude}", format_moment(quake.at), _("{depth} km deep").format(depth=depth), quake.region]
    if quake.felt:
        parts.append(_("felt: {places}").format(places=", ".join(map(_felt_text, quake.felt))))
    return " · ".join(part for part in parts if part)


def _forecast_line(forecast: WeatherForecast) -> str:
    first, rain_mm = forecast.steps[0], sum(step.rain_mm or 0.0 for step in forecast.steps)
    text = _("{place} · from {moment}: {weather}, {rain} mm of rain in {n} steps")
    return text.format(
        place=forecast.nagari or forecast.code,
        moment=format_moment(first.at),
        weather=first.weather,
        rain=format_number(rain_mm, digits=1),
        n=len(forecast.steps),
    )


def describe_forecast_steps(forecast: WeatherForecast, *, most: int = 8) -> tuple[str, ...]:
    """Return the next steps of a forecast, one line each: "27 Nov 2026 17.00 WIB · Hujan Ringan · 3,5 mm · 22 °C"."""
    return tuple(_step_line(step) for step in forecast.steps[:most])


def _step_line(step: ForecastStep) -> str:
    parts = [format_moment(step.at), step.weather]
    if step.rain_mm is not None:
        parts.append(f"{format_number(step.rain_mm, digits=1)} mm")
    if step.temperature_c is not None:
        parts.append(f"{format_number(step.temperature_c)} °C")
    return " · ".join(part for part in parts if part)


def _felt_text(felt: FeltReport) -> str:
    if felt.mmi_low is None or felt.mmi_high is None:
        return felt.place
    low, high = ROMAN[felt.mmi_low - 1], ROMAN[felt.mmi_high - 1]
    return f"{low if low == high else f'{low}-{high}'} {felt.place}"


def _item(item: FeedItem, region: Region | None) -> Json:
    if isinstance(item, Earthquake):
        values = _earthquake(item)
    elif isinstance(item, CapAlert):
        values = _alert(item)
    elif isinstance(item, WeatherForecast):
        values = _forecast(item)
    else:
        values = _notice(item)
    return values | (_nearness(item, region) if region else {})


def _earthquake(quake: Earthquake) -> Json:
    return {
        "key": quake.key,
        "at": _iso(quake.at),
        "lon_deg": quake.lon_deg,
        "lat_deg": quake.lat_deg,
        "magnitude": quake.magnitude,
        "depth_km": quake.depth_km,
        "region": quake.region,
        "potential": quake.potential,
        "tsunami_potential": quake.tsunami_potential,
        "felt": [{"place": f.place, "mmi_low": f.mmi_low, "mmi_high": f.mmi_high} for f in quake.felt],
        "shakemap": quake.shakemap,
    }


def _alert(alert: CapAlert) -> Json:
    return {
        "identifier": alert.identifier,
        "sender": alert.sender,
        "sent": _iso(alert.sent),
        "status": str(alert.status),
        "msg_type": str(alert.msg_type),
        "scope": str(alert.scope),
        "references": [
            {"sender": r.sender, "identifier": r.identifier, "sent": _iso(r.sent)} for r in alert.references
        ],
        "infos": [_info(info) for info in alert.infos],
    }


def _info(info: CapInfo) -> Json:
    return {
        "language": info.language,
        "event": info.event,
        "urgency": str(info.urgency),
        "severity": str(info.severity),
        "certainty": str(info.certainty),
        "effective": _iso(info.effective),
        "onset": _iso(info.onset),
        "expires": _iso(info.expires),
        "sender_name": info.sender_name,
        "headline": info.headline,
        "description": info.description,
        "instruction": info.instruction,
        "kecamatan": list(info.kecamatan),
        "areas": [_area(area) for area in info.areas],
    }


def _area(area: CapArea) -> Json:
    return {
        "area_desc": area.area_desc,
        "polygons_lon_lat_deg": [[_pair(point) for point in ring] for ring in area.polygons],
        "circles": [
            {"lon_deg": c.centre.lon_deg, "lat_deg": c.centre.lat_deg, "radius_km": c.radius_km} for c in area.circles
        ],
    }


def _notice(notice: NowcastNotice) -> Json:
    return {
        "guid": notice.guid,
        "title": notice.title,
        "published_at": _iso(notice.published_at),
        "link": notice.link,
        "category": notice.category,
        "province_code": notice.province_code,
        "kecamatan": list(notice.kecamatan),
        "description": notice.description,
    }


def _forecast(forecast: WeatherForecast) -> Json:
    return {
        "code": forecast.code,
        "nagari": forecast.nagari,
        "kecamatan": forecast.kecamatan,
        "regency": forecast.regency,
        "lon_deg": forecast.lon_deg,
        "lat_deg": forecast.lat_deg,
        "analysed_at": _iso(forecast.analysed_at),
        "steps": [asdict(step) | {"at": _iso(step.at)} for step in forecast.steps],
    }


def _nearness(item: FeedItem, region: Region) -> Json:
    near = proximity_of(item, region)
    distance_km = None if near.distance_km is None else round(near.distance_km, 1)
    return {"relation": str(near.relation), "distance_km": distance_km, "named_kecamatan": list(near.named)}


def _finding(finding: FeedNote) -> Json:
    return {"index": finding.index, "reason": describe_remark(finding.reason)}


def _pair(point: Position) -> list[float]:
    return [point.lon_deg, point.lat_deg]


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
