"""Text for rules."""

from typing import Final

from tabuah.operations.levels import RiverLevel
from tabuah.operations.rules.rule import (
    Accumulation,
    Combination,
    CombinationPart,
    Condition,
    ForecastLevel,
    MultiSeriesCondition,
    Neighbours,
    NeighbourSums,
    PartPlace,
    RateOfChange,
    RiverStage,
    Rule,
    Silence,
    Stuck,
    Threshold,
)
from tabuah.operations.stations.station import StationKind
from tabuah.resources.localisation import N_, _, format_number, ngettext
from tabuah.text.readings.measurements import format_value, parameter_name

EXPECTED: Final = 0.5  # the quantile of the expected value
_KINDS: Final = {
    StationKind.RAIN: N_("rain"),
    StationKind.RIVER: N_("river"),
    StationKind.SOIL: N_("soil"),
    StationKind.TILT: N_("slope"),
    StationKind.SEISMIC: N_("shaking"),
    StationKind.WEATHER: N_("weather"),
    StationKind.AIR: N_("air"),
}


def describe_rule(rule: Rule) -> str:
    """Return the condition of a rule.

    Example: "Tinggi muka air ≥ ambang Siaga 1 selama 5 menit; reda 0,10 m di bawah ambang".
    """
    if isinstance(rule.condition, Silence):
        return describe_silence(rule.condition)
    parts = [describe_trigger(rule.condition, rule.parameter), describe_clearing(rule.condition, rule.parameter)]
    return "; ".join(part for part in parts if part)


def describe_trigger(condition: Condition, parameter: str) -> str:
    """Return the condition that raises the alarm."""
    match condition:
        case Threshold(limit=limit, for_s=for_s, falling=falling):
            sign = "≤" if falling else "≥"
            reached = f"{parameter_name(parameter)} {sign} {format_value(parameter, limit)}"
            return _held(reached, for_s)
        case RiverStage(level=level, for_s=for_s):
            text = _("{what} ≥ threshold of {level}").format(
                what=parameter_name(parameter), level=river_level_label(level)
            )
            return _held(text, for_s)
        case Accumulation(limit=limit, window_s=window_s):
            return _("{what} over {duration} ≥ {limit}").format(
                what=parameter_name(parameter),
                duration=format_duration(window_s),
                limit=format_value(parameter, limit),
            )
        case RateOfChange(limit=limit, window_s=window_s, falling=falling):
            moved = _("{what} falls by {limit} within {duration}")
            if not falling:
                moved = _("{what} rises by {limit} within {duration}")
            return moved.format(
                what=parameter_name(parameter),
                duration=format_duration(window_s),
                limit=format_value(parameter, limit),
            )
    return _describe_other(condition, parameter)


def _describe_other(condition: Stuck | Silence | ForecastLevel | MultiSeriesCondition, parameter: str) -> str:
    match condition:
        case Stuck():
            return _describe_stuck(condition, parameter)
        case Silence():
            return describe_silence(condition)
        case ForecastLevel():
            return _describe_forecast(condition, parameter)
        case Combination():
            return _describe_combination(condition)
        case Neighbours():
            return _describe_neighbours(condition, parameter)
        case NeighbourSums():
            return _describe_neighbour_sums(condition, parameter)


def _describe_stuck(condition: Stuck, parameter: str) -> str:
    names = {"what": parameter_name(parameter), "duration": format_duration(condition.for_s)}
    if condition.resting_at is None:
        return _("{what} is unchanged for {duration}").format(**names)
    resting = format_value(parameter, condition.resting_at)
    return _("{what} is unchanged for {duration}, except at {resting}").format(**names, resting=resting)


def _describe_forecast(condition: ForecastLevel, parameter: str) -> str:
    text = _("{what} is forecast to reach the threshold of {level} within {duration}")
    if condition.quantile != EXPECTED:
        text = _("{what} has a chance of {chance} % to reach the threshold of {level} within {duration}")
    reached = text.format(
        what=parameter_name(parameter),
        level=river_level_label(condition.level),
        duration=format_duration(condition.within_s),
        chance=format_number(100 * (1 - condition.quantile)),
    )
    return _held(reached, condition.for_s)


def describe_clearing(condition: Condition, parameter: str) -> str:
    """Return the condition that clears the alarm; empty if it is the limit itself."""
    match condition:
        case Threshold(limit=limit, hysteresis=gap, falling=True) if gap:
            return _("clears above {value}").format(value=format_value(parameter, limit + gap))
        case RiverStage(hysteresis_m=gap) | ForecastLevel(hysteresis_m=gap) if gap:
            return _("clears {gap} below the threshold").format(gap=format_value(parameter, gap))
        case Threshold() | Accumulation() | RateOfChange() | Neighbours() if gap := condition.hysteresis:
            return _("clears below {value}").format(value=format_value(parameter, condition.limit - gap))
        case NeighbourSums(too_much=True, floor=floor):
            return _("clears when they agree again, or below {floor}").format(floor=format_value(parameter, floor))
        case NeighbourSums():
            return _("clears when they agree again")
    return ""


def describe_part(part: CombinationPart) -> str:
    """Return one part of a combination: "Hujan 1 jam ≥ 20,0 mm di salah satu stasiun dalam 5 km"."""
    return f"{describe_trigger(part.condition, part.parameter)} {_describe_place(part)}".rstrip()


def _describe_place(part: CombinationPart) -> str:
    match part.where:
        case PartPlace.HERE:
            return ""
        case PartPlace.NAMED:
            return _("at {stations}").format(stations=", ".join(part.stations))
        case PartPlace.UPSTREAM:
            return _("at a gauge upstream")
    place = _("at a station of kind {kind} within {radius}") if part.kind else _("at any station within {radius}")
    kind = station_kind_label(part.kind) if part.kind else ""
    return place.format(kind=kind, radius=format_distance(part.radius_m))


def _describe_combination(condition: Combination) -> str:
    first, *others = (describe_part(part) for part in condition.parts)
    parts = [first, *(part[:1].lower() + part[1:] for part in others)]
    within = format_duration(condition.within_s)
    if condition.needed == len(parts):
        return _("{parts}, together within {duration}").format(parts=_(" and ").join(parts), duration=within)
    if condition.needed == 1:
        return _(" or ").join(parts)
    text = _("at least {n} of: {parts}; together within {duration}")
    return text.format(n=condition.needed, parts="; ".join(parts), duration=within)


def _describe_neighbours(condition: Neighbours, parameter: str) -> str:
    text = _("{what} departs by {limit} from the median of its {n} nearest neighbours within {radius}")
    if condition.spreads:
        text = _(
            "{what} departs by {limit}, and by {spreads} spreads, from the median of its {n} nearest "
            "neighbours within {radius}"
        )
    departs = text.format(
        what=parameter_name(parameter),
        limit=format_value(parameter, condition.limit),
        spreads=format_number(condition.spreads, digits=1),
        n=condition.nearest,
        radius=format_distance(condition.radius_m),
    )
    return _held(departs, condition.for_s)


def _describe_neighbour_sums(condition: NeighbourSums, parameter: str) -> str:
    text = _(
        "{what} at most 1/{factor} of the median of its {n} nearest neighbours within {radius}, which is "
        "{floor} or more"
    )
    if condition.too_much:
        text = _(
            "{what} {floor} or more, and at least {factor} times the median of its {n} nearest neighbours "
            "within {radius}"
        )
    departs = text.format(
        what=describe_sum(condition, parameter),
        factor=_plain(condition.factor),
        floor=format_value(parameter, condition.floor),
        n=condition.nearest,
        radius=format_distance(condition.radius_m),
    )
    if condition.spreads:
        departs = _("{what}, and a difference of {spreads} spreads").format(
            what=departs, spreads=_plain(condition.spreads)
        )
    return _held(departs, condition.for_s)


def _plain(number: float) -> str:
    return format_number(number, digits=0 if number == int(number) else 1)


def describe_sum(condition: NeighbourSums | Accumulation, parameter: str) -> str:
    """Return the summed quantity and the duration: "Hujan 3 jam"."""
    return _("{what} over {duration}").format(
        what=parameter_name(parameter), duration=format_duration(condition.window_s)
    )


def station_kind_label(kind: StationKind) -> str:
    """Return the name of a station kind in the current language."""
    return _(_KINDS[kind])


def format_distance(distance_m: float) -> str:
    """Return a distance with its unit: "800 m", "5 km", "2,5 km"."""
    if distance_m < 1000:
        return f"{format_number(distance_m, digits=0)} m"
    return f"{format_number(distance_m / 1000, digits=0 if distance_m % 1000 == 0 else 1)} km"


def describe_silence(condition: Silence) -> str:
    """Return the text of a silence condition."""
    return _("no data for {duration}, or three of the station's intervals if that is longer").format(
        duration=format_duration(condition.for_s)
    )


def river_level_label(level: RiverLevel) -> str:
    """Return the spoken name of a level: "Siaga 1"."""
    return f"Siaga {level.value[-1]}"


def format_duration(duration_s: float) -> str:
    """Return a duration in the largest unit that fits: "5 menit", "24 jam", "2 hari"."""
    seconds = round(duration_s)
    if seconds and seconds % 86_400 == 0 and seconds > 86_400:
        return ngettext("{n} day", "{n} days", seconds // 86_400).format(n=seconds // 86_400)
    if seconds and seconds % 3600 == 0:
        return ngettext("{n} hour", "{n} hours", seconds // 3600).format(n=seconds // 3600)
    if seconds and seconds % 60 == 0:
        return ngettext("{n} minute", "{n} minutes", seconds // 60).format(n=seconds // 60)
    return ngettext("{n} second", "{n} seconds", seconds).format(n=seconds)


def _held(reached: str, for_s: float) -> str:
    if not for_s:
        return reached
    return _("{what} for {duration}").format(what=reached, duration=format_duration(for_s))
