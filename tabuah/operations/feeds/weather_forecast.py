"""Parser of BMKG's weather forecast for one nagari (`adm4`): three days in steps of three hours."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from tabuah.operations.feeds.decoders import clean_text, read_json, read_text
from tabuah.operations.feeds.errors import FeedIsWebPage, FeedShapeError, FeedUnknown, FeedUnusable, UnusableItem
from tabuah.operations.feeds.feed_reading import FeedKind, FeedNote, FeedReading
from tabuah.operations.feeds.positions import check_position, read_bounded
from tabuah.operations.feeds.remarks import FeedRemark
from tabuah.operations.feeds.timestamps import read_iso

MAX_STEPS: Final = 200  # BMKG publishes about twenty
MAX_LEAD: Final = timedelta(days=16)


class ForecastStep(msgspec.Struct, frozen=True, kw_only=True):
    """Expected weather at a time; None where BMKG states no value. Rain is the sum of three hours."""

    at: datetime
    weather: str
    temperature_c: float | None = None
    humidity_pct: float | None = None
    cloud_pct: float | None = None
    rain_mm: float | None = None
    wind_km_h: float | None = None
    wind_from_deg: float | None = None


class WeatherForecast(msgspec.Struct, frozen=True, kw_only=True):
    """Forecast for one place, made at `analysed_at` (UTC); position in EPSG:4326 degrees."""

    code: str
    nagari: str
    kecamatan: str
    regency: str
    lon_deg: float
    lat_deg: float
    steps: tuple[ForecastStep, ...]
    analysed_at: datetime | None = None


def parse_forecast(data: bytes, *, now: datetime | None = None) -> FeedReading[WeatherForecast]:
    """Parse the response of `prakiraan-cuaca?adm4=…`.

    Args:
        data: the received bytes.
        now: the caller's clock (UTC); if given, steps more than sixteen days ahead are left out.

    Raises:
        FeedError: not a forecast, or it has no usable step.
    """
    return parse_forecast_document(read_json(read_text(data)), now=now)


def parse_forecast_document(document: object, *, now: datetime | None = None) -> FeedReading[WeatherForecast]:
    """Parse the JSON document of a forecast.

    Raises:
        FeedError: not a forecast, or it has no usable step.
    """
    place, raw_steps = _parts_of(document)
    steps: list[ForecastStep] = []
    set_aside: list[FeedNote] = []
    for index, raw in enumerate(raw_steps):
        try:
            steps.append(_step(raw, now))
        except UnusableItem as reason:
            set_aside.append(FeedNote(index, reason.remark))
    if not steps:
        first = set_aside[0].reason if set_aside else FeedRemark("missing", field="cuaca")
        raise FeedUnusable("steps_unusable", reason=first)
    notes: list[FeedNote] = []
    analysed_at = _analysed_at(raw_steps, notes)
    try:
        forecast = _forecast(place, tuple(sorted(steps, key=lambda step: step.at)), analysed_at)
    except UnusableItem as reason:
        raise FeedShapeError("forecast_unusable", reason=reason.remark) from None
    return FeedReading(
        kind=FeedKind.FORECAST,
        items=(forecast,),
        set_aside=tuple(set_aside),
        notes=tuple(notes),
        issued_at=analysed_at,
    )


def _parts_of(document: object) -> tuple[dict[str, object], list[object]]:
    if isinstance(document, dict) and "lokasi" not in document and "statusCode" in document:
        answer = document.get("message")
        shown = clean_text(answer[:100], "message") if isinstance(answer, str) else "?"
        raise FeedIsWebPage("error_answer", answer=shown)
    if not isinstance(document, dict) or not isinstance(document.get("lokasi"), dict):
        raise FeedUnknown("not_a_forecast")
    data = document.get("data")
    first = data[0] if isinstance(data, list) and data else None
    days = first.get("cuaca") if isinstance(first, dict) else None
    if not isinstance(days, list):
        raise FeedShapeError("forecast_incomplete")
    steps = list(_flat(days))
    if len(steps) > MAX_STEPS:
        raise FeedShapeError("too_many_steps", count=len(steps))
    return document["lokasi"], steps


def _flat(days: list[object]) -> Iterator[object]:
    """Yield the steps of all days; BMKG groups them by day."""
    for day in days:
        if isinstance(day, list):
            yield from day
        else:
            yield day


def _forecast(
    place: dict[str, object], steps: tuple[ForecastStep, ...], analysed_at: datetime | None
) -> WeatherForecast:
    position = check_position(
        lat_deg=read_bounded(place.get("lat"), "lat", lowest=-180, highest=180),
        lon_deg=read_bounded(place.get("lon"), "lon", lowest=-180, highest=180),
        field="lokasi",
    )
    code = clean_text(place.get("adm4"), "adm4", limit=20)
    if not code:
        raise UnusableItem("missing", field="adm4")
    return WeatherForecast(
        code=code,
        nagari=clean_text(place.get("desa"), "desa"),
        kecamatan=clean_text(place.get("kecamatan"), "kecamatan"),
        regency=clean_text(place.get("kotkab"), "kotkab"),
        lon_deg=position.lon_deg,
        lat_deg=position.lat_deg,
        steps=steps,
        analysed_at=analysed_at,
    )


def _step(raw: object, now: datetime | None) -> ForecastStep:
    if not isinstance(raw, dict):
        raise UnusableItem("step_not_an_object")
    text = clean_text(raw.get("datetime"), "datetime")
    if not text:
        raise UnusableItem("missing", field="datetime")
    return ForecastStep(
        at=read_iso(text, "datetime", now=now + MAX_LEAD if now else None),
        weather=clean_text(raw.get("weather_desc"), "weather_desc"),
        temperature_c=_bounded(raw, "t", lowest=-20, highest=60),
        humidity_pct=_bounded(raw, "hu", lowest=0, highest=100),
        cloud_pct=_bounded(raw, "tcc", lowest=0, highest=100),
        rain_mm=_bounded(raw, "tp", lowest=0, highest=1000),
        wind_km_h=_bounded(raw, "ws", lowest=0, highest=400),
        wind_from_deg=_bounded(raw, "wd_deg", lowest=0, highest=360),
    )


def _bounded(raw: dict[str, object], field: str, *, lowest: float, highest: float) -> float | None:
    value = raw.get(field)
    return None if value is None else read_bounded(value, field, lowest=lowest, highest=highest)


def _analysed_at(steps: list[object], notes: list[FeedNote]) -> datetime | None:
    """Return when the forecast was made; BMKG writes UTC without stating it."""
    first = next((step for step in steps if isinstance(step, dict) and step.get("analysis_date")), None)
    if first is None:
        return None
    try:
        text = clean_text(first["analysis_date"], "analysis_date")
        moment = datetime.fromisoformat(text)
        return read_iso((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat(), "analysis_date")
    except (UnusableItem, ValueError):
        notes.append(FeedNote(None, FeedRemark("not_a_time", field="analysis_date", text="?")))
        return None
