"""Text about an open conflict: its two values, and their difference."""

from collections.abc import Callable

from tabuah.operations.incidents.conflict_policy import MERGED_INTO, decode_value
from tabuah.operations.incidents.incident import Conflict
from tabuah.resources.localisation import _, format_number, format_time
from tabuah.text.incidents.incident_text import field_label
from tabuah.text.incidents.timeline import describe_value

NumberOf = Callable[[str], str]  # returns the number of an incident


def describe_conflict(conflict: Conflict, number_of: NumberOf) -> str:
    """Return the field with both values, their authors and times."""
    current, proposed = conflict.current, conflict.proposed
    text = _("{field}: {current} ({author}, {time}) or {proposed} ({other}, {other_time})")
    return text.format(
        field=field_label(conflict.field),
        current=describe_conflict_value(conflict.field, current.value, number_of),
        author=current.actor,
        time=format_time(current.at),
        proposed=describe_conflict_value(conflict.field, proposed.value, number_of),
        other=proposed.actor,
        other_time=format_time(proposed.at),
    )


def describe_conflict_value(field: str, value: str, number_of: NumberOf) -> str:
    """Return the text of a value that a conflict keeps as JSON."""
    decoded = decode_value(field, value)
    if field != MERGED_INTO:
        return describe_value(decoded)
    return _("merged into {number}").format(number=number_of(decoded)) if decoded else _("not merged")


def no_value_text() -> str:
    return _("nothing")


def format_hectares(area_m2: float) -> str:
    return _("{n} ha").format(n=format_number(area_m2 / 10_000, digits=1))


def describe_distance_from_current(distance_m: float) -> str:
    """Return how far a proposed place is from the current one."""
    if distance_m >= 1000:
        return _("{n} km from the current one").format(n=format_number(distance_m / 1000, digits=2))
    return _("{n} m from the current one").format(n=format_number(distance_m))


def no_conflicts_reason() -> str:
    return _("No open conflicts")


def describe_settled(number: str) -> str:
    """Return the confirmation of a settlement."""
    message = _("The conflict of {number} is settled. If that turns out wrong, edit the field again (E).")
    return message.format(number=number)
