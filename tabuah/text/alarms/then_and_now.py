"""Text for the values of an alarm, at raising and now, with their quantities and places."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.alarms.alarm import LINK, Alarm, cause_family, is_bulletin_alarm, is_silence_alarm
from tabuah.operations.alarms.measured_values import (
    MeasuredQuantity,
    PresentValue,
    RaisedValue,
    main_quantity,
    raised_values,
)
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.watches import Measure
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _, format_age, format_recent_moment
from tabuah.text.readings.measurements import format_value, parameter_name
from tabuah.text.rules.rule_text import format_duration

Present = Callable[[MeasuredQuantity], PresentValue | None]
FRESH: Final = timedelta(minutes=30)  # an older value is not the present one


def quantity_name(quantity: MeasuredQuantity) -> str:
    """Return the name of the quantity: "Hujan 1 jam", "Tinggi muka air naik dalam 30 menit"."""
    what, duration = parameter_name(quantity.parameter), format_duration(quantity.window_s)
    match quantity.measure:
        case Measure.SUM:
            return _("{what} over {duration}").format(what=what, duration=duration)
        case Measure.RISE:
            return _("{what} rises within {duration}").format(what=what, duration=duration)
        case Measure.FALL:
            return _("{what} falls within {duration}").format(what=what, duration=duration)
    return what


def quantity_place(quantity: MeasuredQuantity, stations: Mapping[str, Station]) -> str:
    """Return the quantity and its place: "Hujan 1 jam di ARR Alahan Panjang"."""
    if quantity.measure is None:  # a reading, a sum or a change: the rule is unknown here
        return station_name(quantity.station, stations)
    return _("{what} at {place}").format(what=quantity_name(quantity), place=station_name(quantity.station, stations))


def station_name(code: str, stations: Mapping[str, Station]) -> str:
    return stations[code].name if code in stations else code


def then_and_now(
    alarm: Alarm, rule: Rule | None, stations: Mapping[str, Station], present: Present, now: datetime
) -> tuple[str, ...]:
    """Return the values of an alarm at raising and now, one text for each quantity.

    Example: "pukul 02.10: 29,8 mm · kini 35,4 mm (2 dtk)". A combination names quantity and place of each part.
    """
    if is_bulletin_alarm(alarm) or cause_family(alarm) == LINK:
        return ()
    raised = raised_values(alarm, rule)
    if alarm.value is None and raised:
        parts = [_part(each, stations, present, now) for each in raised]
        return (*parts, *_own_reading(alarm, rule, raised, stations, present, now))
    if raised:
        return (_joined(_then(raised[0], alarm.unit, now), _now(raised[0].quantity, alarm.unit, present, now)),)
    quantity = main_quantity(alarm, rule)
    if quantity is None:
        return ()
    if is_silence_alarm(alarm):
        return (_since_silence(alarm, quantity, present, now),)
    text = _now(MeasuredQuantity(station=quantity.station, parameter=quantity.parameter), alarm.unit, present, now)
    return (text,) if text else ()


def elidable_names(alarm: Alarm, rule: Rule | None, stations: Mapping[str, Station]) -> tuple[str, ...]:
    """Return the names in the texts of `then_and_now`, which may be cut; the values may not."""
    return tuple(quantity_place(each.quantity, stations) for each in raised_values(alarm, rule))


def _part(raised: RaisedValue, stations: Mapping[str, Station], present: Present, now: datetime) -> str:
    then, current = _then(raised, "", now), _now(raised.quantity, "", present, now)
    return f"{quantity_place(raised.quantity, stations)} {_joined(then, current, sign=', ')}"


def _own_reading(
    alarm: Alarm,
    rule: Rule | None,
    raised: tuple[RaisedValue, ...],
    stations: Mapping[str, Station],
    present: Present,
    now: datetime,
) -> tuple[str, ...]:
    """Return the present reading of the alarm's own station, if no part of the rule shows it already."""
    own = main_quantity(alarm, rule)
    if own is None or any(each.quantity == own for each in raised):
        return ()
    text = _now(own, alarm.unit, present, now)
    return (f"{quantity_place(own, stations)} {text}",) if text else ()


def _then(raised: RaisedValue, unit: str, now: datetime) -> str:
    return _("at {time}: {value}").format(
        time=format_recent_moment(raised.at, now, zone=False),
        value=format_value(raised.quantity.parameter, raised.value, unit=unit),
    )


def _now(quantity: MeasuredQuantity, unit: str, present: Present, now: datetime) -> str:
    """Return the present value with its age; empty while it is not known."""
    found = present(quantity)
    if found is None:
        return ""
    text = _("now {value} ({age})") if now - found.at <= FRESH else _("last {value} ({age} ago)")
    if not found.is_whole:
        text = _("now at least {value}, data incomplete ({age})")
    value = format_value(quantity.parameter, found.value, unit=unit)
    return text.format(value=value, age=format_age(now - found.at))


def _since_silence(alarm: Alarm, quantity: MeasuredQuantity, present: Present, now: datetime) -> str:
    found = present(quantity) if quantity.parameter else None
    if found is not None and found.at > alarm.onset_at:
        return _now(quantity, alarm.unit, present, now)
    age = _("now without data ({age})").format(age=format_age(now - alarm.onset_at))
    if found is None:
        return age if alarm.is_active else ""
    last = _then(RaisedValue(quantity=quantity, value=found.value, at=found.at), alarm.unit, now)
    return _joined(last, age if alarm.is_active else "")


def _joined(*parts: str, sign: str = " · ") -> str:
    return sign.join(part for part in parts if part)
