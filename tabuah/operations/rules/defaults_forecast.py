"""The rules about forecasts that a new server starts with: a warning before the river is there.

They name levels only, like the rules of the river itself; what a forecast is worth is measured for every gauge, and
a gauge of which too little is known has none.
"""

from typing import Final

from tabuah.operations.codes import Hazard
from tabuah.operations.levels import AlarmSeverity, RiverLevel
from tabuah.operations.rules.rule import Forecast, Rule

_WITHIN_S: Final = 3 * 3600.0
_SOURCE: Final = "Prakiraan dari riwayat tiap pos; galatnya diukur dengan uji mundur"


def forecast_rules() -> tuple[Rule, ...]:
    """One for each level that people must leave for, one severity below the level's own."""
    steps = ((RiverLevel.SIAGA_1, AlarmSeverity.HIGH), (RiverLevel.SIAGA_2, AlarmSeverity.ATTENTION))
    return tuple(
        Rule(
            id=f"prakiraan-siaga-{level.value[-1]}",
            name=f"Prakiraan Siaga {level.value[-1]}",
            parameter="stage_m",
            condition=Forecast(level=level, within_s=_WITHIN_S, hysteresis_m=0.2),
            severity=severity,
            hazard=Hazard.FLOOD,
            source=_SOURCE,
        )
        for level, severity in steps
    )
