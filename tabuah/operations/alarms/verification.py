"""Verification of alarms, weather warnings and river forecasts. Pure.

A river forecast is the alarm of a forecast rule; the observation is the alarm of the same level
at the same gauge. `tabuah forecast verify` verifies all forecasts on the server's readings.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.incident_verification import IncidentVerification, verify_against_incidents
from tabuah.operations.alarms.verification_score import Period, VerificationScore, combine_scores, score_warnings
from tabuah.operations.alarms.weather_verification import GaugesByKecamatan, verify_warnings
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.rules.rule import ForecastLevel, RiverStage, Rule
from tabuah.operations.stations.station import Station


def verify_river_forecasts(
    alarms: Iterable[Alarm],
    *,
    stations: Iterable[Station],
    rules: Mapping[str, Rule],
    since: datetime,
    until: datetime,
) -> VerificationScore:
    """Verify the alarms of forecast rules against the level alarms, gauge by gauge.

    Exercises are excluded.

    Args:
        alarms: all known alarms.
        stations: all known stations; a level that came also counts at a gauge without a forecast.
        rules: by id.
        since: start of the period (UTC).
        until: end of the period.
    """
    real = [alarm for alarm in alarms if not alarm.exercise]
    gauges = [station for station in stations if station.river is not None and not station.exercise]
    return combine_scores(
        _score(gauge, rule, rule.condition, real, rules, since, until)
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
    """Input of the verification; `gauges` is empty until the map is loaded."""

    alarms: Iterable[Alarm]
    incidents: Iterable[Incident]
    warnings: Iterable[KnownWarning]
    maintenance: Iterable[MaintenanceWindow]
    stations: Iterable[Station]
    rules: Mapping[str, Rule]
    gauges: GaugesByKecamatan


class VerificationResult(msgspec.Struct, frozen=True, kw_only=True):
    """Results of the verification of a period."""

    alarms: IncidentVerification
    weather: VerificationScore
    rivers: VerificationScore


def verify_all(known: VerificationInput, *, since: datetime, until: datetime) -> VerificationResult:
    """Verify a period (UTC)."""
    span = {"since": since, "until": until}
    return VerificationResult(
        alarms=verify_against_incidents(known.alarms, known.incidents, **span),
        weather=verify_warnings(
            known.warnings,
            known.alarms,
            gauges=known.gauges,
            rules=known.rules,
            maintenance=known.maintenance,
            **span,
        ),
        rivers=verify_river_forecasts(known.alarms, stations=known.stations, rules=known.rules, **span),
    )
