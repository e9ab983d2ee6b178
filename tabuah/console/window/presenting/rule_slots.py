"""The numbers of each kind of condition, as its form asks for them: their names, units and bounds."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from tabuah.operations.rules.rule import (
    Accumulation,
    Change,
    Combination,
    Condition,
    Forecast,
    Neighbours,
    NeighbourSums,
    RiverStage,
    Silence,
    Stuck,
    Threshold,
)
from tabuah.resources.catalogue import N_


class Unit(Enum):
    """In what a number is asked for."""

    NATIVE = "native"  # that of the parameter
    NUMBER = "number"
    MINUTES = "minutes"
    HOURS = "hours"
    KILOMETRES = "kilometres"

    @property
    def scale(self) -> float:
        """How much the rule, in seconds and metres, counts for one."""
        return _SCALES.get(self, 1.0)


_SCALES: Final = {Unit.MINUTES: 60.0, Unit.HOURS: 3600.0, Unit.KILOMETRES: 1000.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One number of a condition. `low` and `high` are what the form takes, in its own unit; `fallback` when empty."""

    name: str
    label: str
    unit: Unit
    low: float = -1e6
    high: float = 1e6
    fallback: str | None = None  # None: it must be filled in
    whole: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of condition."""

    code: str
    label: str
    type: type[Condition]
    slots: tuple[Slot, ...]
    can_fall: bool = False
    can_exceed: bool = False
    has_level: bool = False
    in_parts: bool = False


def _limit(label: str = N_("Limit"), *, low: float = -1e6) -> Slot:
    return Slot(name="limit", label=label, unit=Unit.NATIVE, low=low)


def _hysteresis(name: str = "hysteresis") -> Slot:
    hint = N_("How far it must come back until the alarm is over")
    return Slot(name=name, label=N_("Hysteresis"), unit=Unit.NATIVE, low=0, fallback="0", hint=hint)


_FOR: Final = Slot(
    name="for_s",
    label=N_("For at least"),
    unit=Unit.MINUTES,
    low=0,
    high=10_080,
    fallback="0",
    hint=N_("So that a single wrong value raises nothing"),
)
_NEAR: Final = Slot(name="radius_m", label=N_("Within"), unit=Unit.KILOMETRES, low=0.1, high=200)
_NEAREST: Final = Slot(
    name="nearest",
    label=N_("Nearest neighbours"),
    unit=Unit.NUMBER,
    low=3,
    high=12,
    fallback="5",
    whole=True,
)
_SPREADS: Final = Slot(
    name="spreads",
    label=N_("And by so many spreads"),
    unit=Unit.NUMBER,
    low=0,
    high=20,
    fallback="0",
    hint=N_("The neighbours' own differences, times this; 0 leaves it out"),
)
_LEAST: Final = 0.001  # a change of nothing is none

KINDS: Final = (
    Kind(
        code="threshold",
        label=N_("A value reaches a limit"),
        type=Threshold,
        slots=(_limit(), _hysteresis(), _FOR),
        can_fall=True,
        in_parts=True,
    ),
    Kind(
        code="river_stage",
        label=N_("A river reaches a level"),
        type=RiverStage,
        slots=(_hysteresis("hysteresis_m"), _FOR),
        has_level=True,
        in_parts=True,
    ),
    Kind(
        code="accumulation",
        label=N_("A sum over a time"),
        type=Accumulation,
        slots=(
            _limit(low=0),
            Slot(name="window_s", label=N_("Over the last"), unit=Unit.HOURS, low=0.1, high=720),
            _hysteresis(),
        ),
        in_parts=True,
    ),
    Kind(
        code="change",
        label=N_("A value changes fast"),
        type=Change,
        slots=(
            _limit(N_("Changes by"), low=_LEAST),
            Slot(name="window_s", label=N_("Within"), unit=Unit.MINUTES, low=1, high=10_080),
            _hysteresis(),
        ),
        can_fall=True,
        in_parts=True,
    ),
    Kind(
        code="stuck",
        label=N_("A sensor is jammed"),
        type=Stuck,
        slots=(
            Slot(name="for_s", label=N_("Stays the same for"), unit=Unit.MINUTES, low=1, high=10_080),
            Slot(name="tolerance", label=N_("Differs by at most"), unit=Unit.NATIVE, low=0, fallback="0"),
            Slot(
                name="resting_at",
                label=N_("Other than at rest at"),
                unit=Unit.NATIVE,
                fallback="",
                hint=N_("Such as rain at 0; empty if it never rests"),
            ),
        ),
    ),
    Kind(
        code="silence",
        label=N_("Nothing comes"),
        type=Silence,
        slots=(Slot(name="for_s", label=N_("Nothing for"), unit=Unit.MINUTES, low=1, high=10_080),),
    ),
    Kind(
        code="forecast",
        label=N_("A river is forecast to reach a level"),
        type=Forecast,
        slots=(
            Slot(name="within_s", label=N_("Within"), unit=Unit.HOURS, low=0.1, high=6),
            Slot(
                name="quantile",
                label=N_("Quantile of the forecast"),
                unit=Unit.NUMBER,
                low=0.1,
                high=0.9,
                fallback="0.5",
                hint=N_("0.5 is what is expected, 0.9 what one in ten floods exceeds"),
            ),
            _hysteresis("hysteresis_m"),
            _FOR,
        ),
        has_level=True,
    ),
    Kind(
        code="combination",
        label=N_("Several things together"),
        type=Combination,
        slots=(
            Slot(
                name="within_s",
                label=N_("Together within"),
                unit=Unit.MINUTES,
                low=1,
                high=10_080,
                hint=N_("What held longer ago does not count; older values neither"),
            ),
        ),
    ),
    Kind(
        code="neighbours",
        label=N_("A station departs from its neighbours"),
        type=Neighbours,
        slots=(
            _limit(N_("Departs by"), low=_LEAST),
            _NEAR,
            _NEAREST,
            _SPREADS,
            _hysteresis(),
            _FOR,
        ),
    ),
    Kind(
        code="neighbour_sums",
        label=N_("A sum unlike its neighbours"),
        type=NeighbourSums,
        slots=(
            Slot(name="window_s", label=N_("Over the last"), unit=Unit.HOURS, low=0.5, high=168),
            Slot(
                name="floor",
                label=N_("From an amount of"),
                unit=Unit.NATIVE,
                low=_LEAST,
                hint=N_("Less rain than this, here and around, proves nothing"),
            ),
            Slot(name="factor", label=N_("By so many times"), unit=Unit.NUMBER, low=2, high=1000, fallback="10"),
            _NEAR,
            _NEAREST,
            _SPREADS,
            _FOR,
        ),
        can_exceed=True,
    ),
)
BY_CODE: Final = {kind.code: kind for kind in KINDS}
BY_TYPE: Final = {kind.type: kind for kind in KINDS}
RADIUS: Final = _NEAR
