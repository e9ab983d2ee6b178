"""Whether forecasts of rivers were right as people were told of them: held against the levels that came. Pure.

What was told is the alarm of a forecast rule, what came is the alarm of the same level at the same gauge. How good
forecasts were whether or not anybody was told, the server works out from its readings (`tabuah forecast verify`).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.score import Score, Spell, all_together, score_of
from tabuah.operations.rules.rule import Forecast, RiverStage, Rule
from tabuah.operations.stations.station import Station


def verify_river_forecasts(
    alarms: Iterable[Alarm],
    *,
    stations: Iterable[Station],
    rules: Mapping[str, Rule],
    since: datetime,
    until: datetime,
) -> Score:
    """Hold the alarms of forecast rules against those of the levels, gauge by gauge; exercises are left out.

    Args:
        alarms: all that are known.
        stations: those that are known; a level that came counts also at a gauge that had no forecast.
        rules: by their ids.
        since: from when cases are counted (UTC).
        until: until when.
    """
    real = [alarm for alarm in alarms if not alarm.exercise]
    gauges = [station for station in stations if station.river is not None and not station.exercise]
    return all_together(
        _score(gauge, rule, rule.condition, real, rules, since, until)
        for rule in rules.values()
        if isinstance(rule.condition, Forecast)
        for gauge in gauges
        if rule.applies_to(gauge)
    )


def _score(
    gauge: Station,
    rule: Rule,
    forecast: Forecast,
    alarms: Iterable[Alarm],
    rules: Mapping[str, Rule],
    since: datetime,
    until: datetime,
) -> Score:
    """The cases of one rule at one gauge."""
    within, here = timedelta(seconds=forecast.within_s), [alarm for alarm in alarms if alarm.station == gauge.code]
    said = [Spell(a.onset_at, (a.cleared_at or until) + within) for a in here if a.rule == rule.id]
    came = [Spell(a.onset_at, a.cleared_at or until) for a in here if _is_of_level(rules.get(a.rule), forecast)]
    return score_of(gauge.name, said, came, since=since, until=until)


def _is_of_level(rule: Rule | None, forecast: Forecast) -> bool:
    return rule is not None and isinstance(rule.condition, RiverStage) and rule.condition.level is forecast.level
