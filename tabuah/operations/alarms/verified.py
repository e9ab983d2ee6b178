"""All that warned, held against what came: alarms against incidents, warnings and forecasts against measurements."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.performance_telling import Figure, verification_figures
from tabuah.operations.alarms.river_verifying import verify_river_forecasts
from tabuah.operations.alarms.score import Score
from tabuah.operations.alarms.score_telling import river_figures, weather_figures
from tabuah.operations.alarms.verifying import Verification, verify
from tabuah.operations.alarms.weather_verifying import Gauges, verify_warnings
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What a console knows and verifies by; `gauges` is empty until the map is read."""

    alarms: Iterable[Alarm]
    incidents: Iterable[Incident]
    warnings: Iterable[KnownWarning]
    maintenance: Iterable[MaintenanceWindow]
    stations: Iterable[Station]
    rules: Mapping[str, Rule]
    gauges: Gauges


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """How right all that warned was in a span."""

    alarms: Verification
    weather: Score
    rivers: Score


def verify_all(known: Known, *, since: datetime, until: datetime) -> Verified:
    """Verify a span (UTC)."""
    span = {"since": since, "until": until}
    return Verified(
        alarms=verify(known.alarms, known.incidents, **span),
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


def verified_figures(found: Verified) -> tuple[Figure, ...]:
    """The figures of all of it, each kind under its heading."""
    return (*verification_figures(found.alarms), *weather_figures(found.weather), *river_figures(found.rivers))
