"""Fields of each kind of condition in the rule form: labels, units, ranges and choices, described once.

Form and parser of rules about series and of rules about bulletins are derived from these descriptions.
"""

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Final

import msgspec

from tabuah.operations.bulletins.rules import BulletinCondition
from tabuah.operations.levels import RiverLevel
from tabuah.operations.rules.rule import (
    Accumulation,
    Combination,
    Condition,
    ForecastLevel,
    Neighbours,
    NeighbourSums,
    RateOfChange,
    RiverStage,
    Silence,
    Stuck,
    Threshold,
)
from tabuah.resources.localisation import N_, _
from tabuah.text.rules.rule_text import river_level_label
from tabuah.widgets.values import Choice

YES: Final = "yes"


class NumberUnit(Enum):
    """The unit of a number in the form."""

    NATIVE = "native"  # the unit of the parameter
    NUMBER = "number"
    MINUTES = "minutes"
    HOURS = "hours"
    KILOMETRES = "kilometres"

    @property
    def scale(self) -> float:
        """Return the factor to the unit of the rule, which uses seconds and metres."""
        return _SCALES.get(self, 1.0)


_SCALES: Final = {NumberUnit.MINUTES: 60.0, NumberUnit.HOURS: 3600.0, NumberUnit.KILOMETRES: 1000.0}


class NumberField(msgspec.Struct, frozen=True, kw_only=True):
    """One number of a condition.

    `low` and `high` are the range of the form, in its unit; `fallback` is used for an empty field. With
    `zero_is_empty` the number 0 is shown as an empty field.
    """

    name: str
    label: str
    unit: NumberUnit
    low: float = -1e6
    high: float = 1e6
    fallback: str | None = None  # None: the field is required
    whole: bool = False
    hint: str = ""
    zero_is_empty: bool = False


class ChoiceField(msgspec.Struct, frozen=True, kw_only=True):
    """A choice of a condition; `many` allows several.

    `attribute` is the name in the condition where it differs. `read` makes the value from the text of
    the form, `fallback` for an empty one; the value None leaves the attribute out.
    """

    name: str
    label: str
    choices: Callable[[], Iterable[Choice]]
    read: Callable[[str], object] = str
    attribute: str = ""
    fallback: str = ""
    hint: str = ""
    wide: bool = False
    many: bool = False


ConditionField = NumberField | ChoiceField


class ConditionKind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of condition; its fields in the order of the form."""

    code: str
    label: str
    type: type[Condition | BulletinCondition]
    slots: tuple[ConditionField, ...]
    in_parts: bool = False


def _is_yes(text: str) -> bool:
    return text == YES


def _limit(label: str = N_("Limit"), *, low: float = -1e6) -> NumberField:
    return NumberField(name="limit", label=label, unit=NumberUnit.NATIVE, low=low)


def _hysteresis(name: str = "hysteresis") -> NumberField:
    hint = N_("How far the value must return before the alarm clears (hysteresis)")
    return NumberField(name=name, label=N_("Hysteresis"), unit=NumberUnit.NATIVE, low=0, fallback="0", hint=hint)


_FALLING: Final = ChoiceField(
    name="falling",
    label=N_("When it"),
    choices=lambda: (Choice(code="", label=_("rises")), Choice(code=YES, label=_("falls"))),
    read=_is_yes,
)
_TOO_MUCH: Final = ChoiceField(
    name="too_much",
    label=N_("When it measures"),
    choices=lambda: (Choice(code="", label=_("too little")), Choice(code=YES, label=_("too much"))),
    read=_is_yes,
)
_LEVEL: Final = ChoiceField(
    name="level",
    label=N_("Level of the river"),
    choices=lambda: (Choice(code=level.value, label=river_level_label(level)) for level in reversed(RiverLevel)),
    fallback="siaga_1",
)
_FOR: Final = NumberField(
    name="for_s",
    label=N_("For at least"),
    unit=NumberUnit.MINUTES,
    low=0,
    high=10_080,
    fallback="0",
    hint=N_("So that a single wrong value raises no alarm"),
)
_NEAR: Final = NumberField(name="radius_m", label=N_("Within"), unit=NumberUnit.KILOMETRES, low=0.1, high=200)
_NEAREST: Final = NumberField(
    name="nearest",
    label=N_("Nearest neighbours"),
    unit=NumberUnit.NUMBER,
    low=3,
    high=12,
    fallback="5",
    whole=True,
)
_SPREADS: Final = NumberField(
    name="spreads",
    label=N_("And by this multiple of the spread"),
    unit=NumberUnit.NUMBER,
    low=0,
    high=20,
    fallback="0",
    hint=N_("The neighbours' own differences, times this; 0 leaves it out"),
)
_LEAST: Final = 0.001  # a change of zero is no change

KINDS: Final = (
    ConditionKind(
        code="threshold",
        label=N_("A value reaches a limit"),
        type=Threshold,
        slots=(_FALLING, _limit(), _hysteresis(), _FOR),
        in_parts=True,
    ),
    ConditionKind(
        code="river_stage",
        label=N_("A river reaches a level"),
        type=RiverStage,
        slots=(_LEVEL, _hysteresis("hysteresis_m"), _FOR),
        in_parts=True,
    ),
    ConditionKind(
        code="accumulation",
        label=N_("Sum over a period"),
        type=Accumulation,
        slots=(
            _limit(low=0),
            NumberField(name="window_s", label=N_("Over the last"), unit=NumberUnit.HOURS, low=0.1, high=720),
            _hysteresis(),
        ),
        in_parts=True,
    ),
    ConditionKind(
        code="change",
        label=N_("Rate of change"),
        type=RateOfChange,
        slots=(
            _FALLING,
            _limit(N_("Changes by"), low=_LEAST),
            NumberField(name="window_s", label=N_("Within"), unit=NumberUnit.MINUTES, low=1, high=10_080),
            _hysteresis(),
        ),
        in_parts=True,
    ),
    ConditionKind(
        code="stuck",
        label=N_("A sensor is stuck"),
        type=Stuck,
        slots=(
            NumberField(name="for_s", label=N_("Stays the same for"), unit=NumberUnit.MINUTES, low=1, high=10_080),
            NumberField(
                name="tolerance", label=N_("Differs by at most"), unit=NumberUnit.NATIVE, low=0, fallback="0"
            ),
            NumberField(
                name="resting_at",
                label=N_("Except at the resting value"),
                unit=NumberUnit.NATIVE,
                fallback="",
                hint=N_("Such as 0 for rain; empty if there is none"),
            ),
        ),
    ),
    ConditionKind(
        code="silence",
        label=N_("Nothing comes"),
        type=Silence,
        slots=(NumberField(name="for_s", label=N_("Nothing for"), unit=NumberUnit.MINUTES, low=1, high=10_080),),
    ),
    ConditionKind(
        code="forecast",
        label=N_("A river is forecast to reach a level"),
        type=ForecastLevel,
        slots=(
            _LEVEL,
            NumberField(name="within_s", label=N_("Within"), unit=NumberUnit.HOURS, low=0.1, high=6),
            NumberField(
                name="quantile",
                label=N_("Quantile of the forecast"),
                unit=NumberUnit.NUMBER,
                low=0.1,
                high=0.9,
                fallback="0.5",
                hint=N_("0.5 is the median; 0.9 is exceeded by one flood in ten"),
            ),
            _hysteresis("hysteresis_m"),
            _FOR,
        ),
    ),
    ConditionKind(
        code="combination",
        label=N_("Combination of conditions"),
        type=Combination,
        slots=(
            NumberField(
                name="within_s",
                label=N_("Together within"),
                unit=NumberUnit.MINUTES,
                low=1,
                high=10_080,
                hint=N_("What held longer ago does not count; older values neither"),
            ),
        ),
    ),
    ConditionKind(
        code="neighbours",
        label=N_("A station deviates from its neighbours"),
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
    ConditionKind(
        code="neighbour_sums",
        label=N_("A sum deviates from its neighbours"),
        type=NeighbourSums,
        slots=(
            _TOO_MUCH,
            NumberField(name="window_s", label=N_("Over the last"), unit=NumberUnit.HOURS, low=0.5, high=168),
            NumberField(
                name="floor",
                label=N_("From an amount of"),
                unit=NumberUnit.NATIVE,
                low=_LEAST,
                hint=N_("Less rain than this, here and around, is not evaluated"),
            ),
            NumberField(
                name="factor", label=N_("By a factor of"), unit=NumberUnit.NUMBER, low=2, high=1000, fallback="10"
            ),
            _NEAR,
            _NEAREST,
            _SPREADS,
            _FOR,
        ),
    ),
)
BY_CODE: Final = {kind.code: kind for kind in KINDS}
BY_TYPE: Final = {kind.type: kind for kind in KINDS}
RADIUS: Final = _NEAR
