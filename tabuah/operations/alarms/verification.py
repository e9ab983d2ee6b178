"""Verification of alarms, weather warnings and river forecasts against measured readings. Pure.

A warning is a hit if a rain gauge passed a rule's limit while it was valid; a passed limit without
a warning is a miss. The journal holds passed limits as alarms, so a console can verify offline.

A river forecast is the alarm of a forecast rule; the observation is the alarm of the same level
at the same gauge. `tabuah forecast verify` verifies all forecasts on the server's readings.
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
from tabuah.operations.alarms.incident_verification import IncidentVerification, verify_against_incidents
from tabuah.operations.alarms.verification_score import (
    Period,
    VerificationCase,
    VerificationScore,
    combine_scores,
    merge_periods,
    score_warnings,
)
from tabuah.operations.bulletins.alarms import valid_ring
from tabuah.operations.bulletins.bulletin import KnownWarning
from tabuah.operations.exercises.scope import REAL_WORLD, ExerciseScope
from tabuah.operations.feeds.cap_alert import CapMessageType
from tabuah.operations.feeds.kecamatan_names import matching_names
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.rules.rule import Accumulation, ForecastLevel, RiverStage, Rule, Silence, Threshold
from tabuah.operations.stations.station import Station

RAIN: Final = "rain_mm"
LONGEST_WINDOW_S: Final = 3 * 3600.0  # warnings are for hours; sums over days do not verify them
DEFAULT_VALIDITY: Final = timedelta(hours=6)  # validity of a warning without an end: nowcasts are for less
_WARNS: Final = (CapMessageType.ALERT, CapMessageType.UPDATE)
_OF_RAIN: Final = ("hujan", "petir", "rain", "thunderstorm")  # words in BMKG events that bring rain


class RainGauge(msgspec.Struct, frozen=True, kw_only=True):
    """A station that measures rain, EPSG:4326."""

    code: str
    lon_deg: float
    lat_deg: float


GaugesByKecamatan = Mapping[str, Sequence[RainGauge]]  # by kecamatan name; also those without a gauge


def rain_gauges(
    stations: Iterable[Station], gazetteer: Gazetteer, scope: ExerciseScope = REAL_WORLD
) -> GaugesByKecamatan:
    """Return the rain stations in scope by kecamatan, which is an estimate near an estimated border."""
    found: dict[str, list[RainGauge]] = {kecamatan.name: [] for kecamatan in gazetteer.all_kecamatan}
    for station in stations:
        if not scope.has(station) or station.parameter(RAIN) is None:
            continue
        nagari = gazetteer.locate(station.lon_deg, station.lat_deg).nagari
        if nagari is not None:
            gauge = RainGauge(code=station.code, lon_deg=station.lon_deg, lat_deg=station.lat_deg)
            found[nagari.kecamatan_name].append(gauge)
    return found


def rain_rules(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return the rules whose limit marks rain as heavy as a warning means, shortest window first."""
    meant = [rule for rule in rules if rule.parameter == RAIN and _is_of_hours(rule)]
    return tuple(sorted(meant, key=lambda rule: (getattr(rule.condition, "window_s", 0.0), rule.id)))


def verify_warnings(
    warnings: Iterable[KnownWarning],
    alarms: Iterable[Alarm],
    *,
    gauges: GaugesByKecamatan,
    rules: Mapping[str, Rule],
    maintenance: Iterable[MaintenanceWindow] = (),
    since: datetime,
    until: datetime,
    scope: ExerciseScope = REAL_WORLD,
) -> VerificationScore:
    """Verify rain warnings against the alarms of rain gauges, kecamatan by kecamatan.

    Args:
        warnings: all known warnings.
        alarms: all known alarms, also of silence: a gauge that was silent has measured nothing.
        gauges: the rain gauges of each kecamatan.
        rules: by id, also retired ones.
        maintenance: alarms of gauges under maintenance do not count.
        since: start of the period (UTC).
        until: end of the period.
        scope: the worlds of the warnings and alarms that count.
    """
    of_rain = (warning for warning in scope.select(warnings) if _is_of_rain(warning))
    said_of = _said_of(of_rain, gauges, since)
    heard = _heard_from(scope.select(alarms), rules, maintenance, until)
    scores = []
    for kecamatan, here in gauges.items():
        stations = [heard.get(gauge.code, _StationPeriods()) for gauge in here]
        said = merge_periods(said_of[kecamatan])
        unseen = [each for each in said if all(_covers(station.silent, each) for station in stations)]
        judged = [each for each in said if each not in unseen]
        rain = [each for station in stations for each in station.rain]
        score = score_warnings(kecamatan, judged, rain, since=since, until=until)
        cases = tuple(
            VerificationCase(place=kecamatan, at=each.since) for each in unseen if since <= each.since < until
        )
        scores.append(msgspec.structs.replace(score, unmeasured=cases))
    return combine_scores(scores)


@dataclass(slots=True)
class _StationPeriods:
    """Periods of one station: when its rain was over a limit, and when it had no data."""

    rain: list[Period] = field(default_factory=list)
    silent: list[Period] = field(default_factory=list)


def _heard_from(
    alarms: Iterable[Alarm], rules: Mapping[str, Rule], maintenance: Iterable[MaintenanceWindow], until: datetime
) -> Mapping[str, _StationPeriods]:
    wanted = {rule.id for rule in rain_rules(rules.values())}
    silent = {rule.id for rule in rules.values() if isinstance(rule.condition, Silence)}
    heard: dict[str, _StationPeriods] = defaultdict(_StationPeriods)
    for alarm in alarms:
        spell = Period(alarm.onset_at, alarm.cleared_at or until)
        if alarm.rule in wanted:
            heard[alarm.station].rain.append(spell)
        for code in (alarm.station, *alarm.silenced) if alarm.rule in silent else alarm.silenced:
            heard[code].silent.append(spell)
    for window in maintenance:
        for code in window.stations:
            heard[code].silent.append(Period(window.since, window.over_at))
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


def _said(warning: KnownWarning) -> Period:
    """Return the validity; it never starts before the warning was sent."""
    since = max(warning.effective, warning.issued.sent)
    return Period(since, max(since, warning.ends_at or since + DEFAULT_VALIDITY))


def _said_of(
    warnings: Iterable[KnownWarning], gauges: GaugesByKecamatan, since: datetime
) -> Mapping[str, list[Period]]:
    """Return the warnings of each kecamatan that are valid in the period."""
    found: dict[str, list[Period]] = defaultdict(list)
    for warning in warnings:
        said = _said(warning)
        if said.until >= since:
            for kecamatan in _meant(warning, gauges):
                found[kecamatan].append(said)
    return found


def _meant(warning: KnownWarning, gauges: GaugesByKecamatan) -> Iterable[str]:
    """Return the kecamatan named in a warning, else those with a gauge in its area."""
    if warning.issued.kecamatan:
        return matching_names(warning.issued.kecamatan, gauges)
    areas = union_all([valid_ring(ring) for ring in warning.issued.rings])
    return [name for name, here in gauges.items() if _lies_in(areas, here)]


def _lies_in(areas: BaseGeometry, gauges: Sequence[RainGauge]) -> bool:
    lons, lats = [gauge.lon_deg for gauge in gauges], [gauge.lat_deg for gauge in gauges]
    return bool(intersects_xy(areas, lons, lats).any())


def _covers(silent: Iterable[Period], said: Period) -> bool:
    return any(each.since <= said.since and said.until <= each.until for each in merge_periods(silent))


def verify_river_forecasts(
    alarms: Iterable[Alarm],
    *,
    stations: Iterable[Station],
    rules: Mapping[str, Rule],
    since: datetime,
    until: datetime,
    scope: ExerciseScope = REAL_WORLD,
) -> VerificationScore:
    """Verify the alarms of forecast rules against the level alarms, gauge by gauge.

    Args:
        alarms: all known alarms.
        stations: all known stations; a level that came also counts at a gauge without a forecast.
        rules: by id.
        since: start of the period (UTC).
        until: end of the period.
        scope: the worlds of the alarms and gauges that count.
    """
    counted = scope.select(alarms)
    gauges = [station for station in scope.select(stations) if station.river is not None]
    return combine_scores(
        _score(gauge, rule, rule.condition, counted, rules, since, until)
        for rule in rules.values()
        if isinstance(rule.condition, ForecastLevel)
        for gauge in gauges
        if rule.applies_to(gauge)
    )


def _score(
    gauge: Station,
    rule: Rule,
    forecast: ForecastLevel,
    alarms: Iterable[Alarm],
    rules: Mapping[str, Rule],
    since: datetime,
    until: datetime,
) -> VerificationScore:
    """Return the score of one rule at one gauge."""
    within, here = timedelta(seconds=forecast.within_s), [alarm for alarm in alarms if alarm.station == gauge.code]
    said = [Period(a.onset_at, (a.cleared_at or until) + within) for a in here if a.rule == rule.id]
    came = [Period(a.onset_at, a.cleared_at or until) for a in here if _is_of_level(rules.get(a.rule), forecast)]
    return score_warnings(gauge.name, said, came, since=since, until=until)


def _is_of_level(rule: Rule | None, forecast: ForecastLevel) -> bool:
    return rule is not None and isinstance(rule.condition, RiverStage) and rule.condition.level is forecast.level


class VerificationInput(msgspec.Struct, frozen=True, kw_only=True):
    """Input of the verification; `gauges` is empty until the map is loaded, else those of `scope`."""

    alarms: Iterable[Alarm]
    incidents: Iterable[Incident]
    warnings: Iterable[KnownWarning]
    maintenance: Iterable[MaintenanceWindow]
    stations: Iterable[Station]
    rules: Mapping[str, Rule]
    gauges: GaugesByKecamatan
    scope: ExerciseScope = REAL_WORLD


class VerificationResult(msgspec.Struct, frozen=True, kw_only=True):
    """Results of the verification of a period."""

    alarms: IncidentVerification
    weather: VerificationScore
    rivers: VerificationScore


def verify_all(known: VerificationInput, *, since: datetime, until: datetime) -> VerificationResult:
    """Verify a period (UTC)."""
    span = {"since": since, "until": until}
    return VerificationResult(
        alarms=verify_against_incidents(known.alarms, known.incidents, scope=known.scope, **span),
        weather=verify_warnings(
            known.warnings,
            known.alarms,
            gauges=known.gauges,
            rules=known.rules,
            maintenance=known.maintenance,
            scope=known.scope,
            **span,
        ),
        rivers=verify_river_forecasts(
            known.alarms, stations=known.stations, rules=known.rules, scope=known.scope, **span
        ),
    )
