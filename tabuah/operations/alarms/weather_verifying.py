"""Whether weather warnings were right: held against the rain that gauges measured in each kecamatan. Pure.

A warning is a hit where a rain gauge passed a rule's limit while it held, a passed limit without a warning is a miss.
That a limit was passed stands in the journal as the alarm of its rule, so a console needs no line to tell.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import msgspec
from shapely import intersects_xy, union_all
from shapely.geometry.base import BaseGeometry

from tabuah.gis.gazetteer import Gazetteer
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.score import Case, Score, Spell, all_together, merged, score_of
from tabuah.operations.bulletins.alarming import valid_ring
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.feeds.cap_values import CapMessageType
from tabuah.operations.feeds.kecamatan_names import names_in_common
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.rules.rule import Accumulation, Rule, Silence, Threshold
from tabuah.operations.stations.station import Station

RAIN: Final = "rain_mm"
LONGEST_WINDOW_S: Final = 3 * 3600.0  # a warning speaks of hours; what three wet days add up to, it does not mean
WITHOUT_END: Final = timedelta(hours=6)  # how long one holds whose sender set no end: nowcasts are for less
_WARNS: Final = (CapMessageType.ALERT, CapMessageType.UPDATE)
_OF_RAIN: Final = ("hujan", "petir", "rain", "thunderstorm")  # what BMKG's events that bring rain are called


class RainGauge(msgspec.Struct, frozen=True, kw_only=True):
    """A station that measures rain, EPSG:4326."""

    code: str
    lon_deg: float
    lat_deg: float


Gauges = Mapping[str, Sequence[RainGauge]]  # by the name of the kecamatan in which they stand; also those without one


def rain_gauges(stations: Iterable[Station], gazetteer: Gazetteer) -> Gauges:
    """The real stations that measure rain in each kecamatan; near an estimated border that is an estimate, too."""
    found: dict[str, list[RainGauge]] = {kecamatan.name: [] for kecamatan in gazetteer.all_kecamatan}
    for station in stations:
        if station.exercise or station.parameter(RAIN) is None:
            continue
        nagari = gazetteer.locate(station.lon_deg, station.lat_deg).nagari
        if nagari is not None:
            gauge = RainGauge(code=station.code, lon_deg=station.lon_deg, lat_deg=station.lat_deg)
            found[nagari.kecamatan_name].append(gauge)
    return found


def rain_rules(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules whose limit says that it rained as hard as a warning means, shortest window first."""
    meant = [rule for rule in rules if rule.parameter == RAIN and _is_of_hours(rule)]
    return tuple(sorted(meant, key=lambda rule: (getattr(rule.condition, "window_s", 0.0), rule.id)))


def verify_warnings(
    warnings: Iterable[KnownWarning],
    alarms: Iterable[Alarm],
    *,
    gauges: Gauges,
    rules: Mapping[str, Rule],
    maintenance: Iterable[MaintenanceWindow] = (),
    since: datetime,
    until: datetime,
) -> Score:
    """Hold warnings of rain against the alarms of rain gauges, kecamatan by kecamatan; exercises are left out.

    Args:
        warnings: all that are known.
        alarms: all that are known, also those of silence: a gauge that was silent all the time has seen nothing.
        gauges: what measures rain, and where.
        rules: by their ids, also those that were retired.
        maintenance: when gauges were worked on: what they passed then is no alarm.
        since: from when cases are counted (UTC).
        until: until when.
    """
    of_rain = (warning for warning in warnings if not warning.exercise and _is_of_rain(warning))
    said_of = _said_of(of_rain, gauges, since)
    heard = _heard_from([alarm for alarm in alarms if not alarm.exercise], rules, maintenance, until)
    scores = []
    for kecamatan, here in gauges.items():
        stations = [heard.get(gauge.code, _Heard()) for gauge in here]
        said = merged(said_of[kecamatan])
        unseen = [each for each in said if all(_covers(station.deaf, each) for station in stations)]
        judged = [each for each in said if each not in unseen]
        rain = [each for station in stations for each in station.rain]
        score = score_of(kecamatan, judged, rain, since=since, until=until)
        cases = tuple(Case(place=kecamatan, at=each.since) for each in unseen if since <= each.since < until)
        scores.append(msgspec.structs.replace(score, unmeasured=cases))
    return all_together(scores)


@dataclass(slots=True)
class _Heard:
    """What is known of one station: when its rain was over a limit, and when it told nobody of anything."""

    rain: list[Spell] = field(default_factory=list)
    deaf: list[Spell] = field(default_factory=list)


def _heard_from(
    alarms: Iterable[Alarm], rules: Mapping[str, Rule], maintenance: Iterable[MaintenanceWindow], until: datetime
) -> Mapping[str, _Heard]:
    wanted = {rule.id for rule in rain_rules(rules.values())}
    silent = {rule.id for rule in rules.values() if isinstance(rule.condition, Silence)}
    heard: dict[str, _Heard] = defaultdict(_Heard)
    for alarm in alarms:
        spell = Spell(alarm.onset_at, alarm.cleared_at or until)
        if alarm.rule in wanted:
            heard[alarm.station].rain.append(spell)
        for code in (alarm.station, *alarm.silenced) if alarm.rule in silent else alarm.silenced:
            heard[code].deaf.append(spell)
    for window in maintenance:
        for code in window.stations:
            heard[code].deaf.append(Spell(window.since, window.over_at))
    return heard


def _is_of_hours(rule: Rule) -> bool:
    condition = rule.condition
    if isinstance(condition, Accumulation):
        return condition.window_s <= LONGEST_WINDOW_S
    return isinstance(condition, Threshold) and not condition.falling


def _is_of_rain(warning: KnownWarning) -> bool:
    issued = warning.issued
    words = f"{issued.event} {issued.headline}".casefold()
    return issued.message in _WARNS and any(word in words for word in _OF_RAIN)


def _said(warning: KnownWarning) -> Spell:
    """While it held; nobody was warned before it was sent."""
    since = max(warning.effective, warning.issued.sent)
    return Spell(since, max(since, warning.ends_at or since + WITHOUT_END))


def _said_of(warnings: Iterable[KnownWarning], gauges: Gauges, since: datetime) -> Mapping[str, list[Spell]]:
    """What was said of each kecamatan; what was over before the span explains nothing in it."""
    found: dict[str, list[Spell]] = defaultdict(list)
    for warning in warnings:
        said = _said(warning)
        if said.until >= since:
            for kecamatan in _meant(warning, gauges):
                found[kecamatan].append(said)
    return found


def _meant(warning: KnownWarning, gauges: Gauges) -> Iterable[str]:
    """The kecamatan that it names, or if it names none those that have a gauge in its area."""
    if warning.issued.kecamatan:
        return names_in_common(warning.issued.kecamatan, gauges)
    areas = union_all([valid_ring(ring) for ring in warning.issued.rings])
    return [name for name, here in gauges.items() if _lies_in(areas, here)]


def _lies_in(areas: BaseGeometry, gauges: Sequence[RainGauge]) -> bool:
    lons, lats = [gauge.lon_deg for gauge in gauges], [gauge.lat_deg for gauge in gauges]
    return bool(intersects_xy(areas, lons, lats).any())


def _covers(deaf: Iterable[Spell], said: Spell) -> bool:
    return any(each.since <= said.since and said.until <= each.until for each in merged(deaf))
