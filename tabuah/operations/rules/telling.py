"""A rule in words, as an operator reads it."""

from tabuah.operations.levels import RiverLevel
from tabuah.operations.rules.rule import Accumulation, Change, Condition, RiverStage, Rule, Silence, Stuck, Threshold
from tabuah.operations.stations.units import format_value, name_of
from tabuah.resources.catalogue import _, ngettext


def tell_rule(rule: Rule) -> str:
    """The condition of a rule: "Tinggi muka air ≥ ambang Siaga 1 selama 5 menit; reda 0,10 m di bawahnya"."""
    if isinstance(rule.condition, Silence):
        return tell_silence(rule.condition)
    parts = [tell_reached(rule.condition, rule.parameter), tell_over(rule.condition, rule.parameter)]
    return "; ".join(part for part in parts if part)


def tell_reached(condition: Condition, parameter: str) -> str:
    """What raises."""
    match condition:
        case Threshold(limit=limit, for_s=for_s, falling=falling):
            sign = "≤" if falling else "≥"
            reached = f"{name_of(parameter)} {sign} {format_value(parameter, limit)}"
            return _held(reached, for_s)
        case RiverStage(level=level, for_s=for_s):
            told = _("{what} ≥ threshold of {level}").format(what=name_of(parameter), level=tell_river_level(level))
            return _held(told, for_s)
        case Accumulation(limit=limit, window_s=window_s):
            return _("{what} over {duration} ≥ {limit}").format(
                what=name_of(parameter), duration=tell_duration(window_s), limit=format_value(parameter, limit)
            )
        case Change(limit=limit, window_s=window_s, falling=falling):
            moved = _("{what} falls by {limit} within {duration}")
            if not falling:
                moved = _("{what} rises by {limit} within {duration}")
            return moved.format(
                what=name_of(parameter), duration=tell_duration(window_s), limit=format_value(parameter, limit)
            )
        case Stuck():
            return _tell_stuck(condition, parameter)
        case Silence():
            return tell_silence(condition)


def _tell_stuck(condition: Stuck, parameter: str) -> str:
    names = {"what": name_of(parameter), "duration": tell_duration(condition.for_s)}
    if condition.resting_at is None:
        return _("{what} stays the same for {duration}").format(**names)
    resting = format_value(parameter, condition.resting_at)
    return _("{what} stays the same for {duration}, other than at {resting}").format(**names, resting=resting)


def tell_over(condition: Condition, parameter: str) -> str:
    """What clears, empty where it is simply the limit itself."""
    match condition:
        case Threshold(hysteresis=gap, falling=falling) if gap:
            over = _("over at {gap} above") if falling else _("over at {gap} below")
            return over.format(gap=format_value(parameter, gap))
        case RiverStage(hysteresis_m=gap) if gap:
            return _("over at {gap} below").format(gap=format_value(parameter, gap))
        case Accumulation(hysteresis=gap) | Change(hysteresis=gap) if gap:
            return _("over at {gap} below").format(gap=format_value(parameter, gap))
    return ""


def tell_silence(condition: Silence) -> str:
    """What silence is."""
    return _("no data for {duration}, or three of the station's intervals if that is longer").format(
        duration=tell_duration(condition.for_s)
    )


def tell_river_level(level: RiverLevel) -> str:
    """The level as it is spoken: "Siaga 1"."""
    return f"Siaga {level.value[-1]}"


def tell_duration(duration_s: float) -> str:
    """A duration in words in the largest unit that fits: "5 menit", "24 jam", "2 hari"."""
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
    return _("{what} for {duration}").format(what=reached, duration=tell_duration(for_s))
