"""What people are told of how long readings are kept, how much room they take, and what would go."""

from datetime import datetime

from tabuah.console.attachment_words import size_words
from tabuah.operations.stations.keeping import Keeping, Kept
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_day, format_number


def values_words(kept: Kept) -> str:
    """How many values are kept, and since when."""
    words = ngettext("{n} value is kept", "{n} values are kept", kept.values).format(n=format_number(kept.values))
    return _since(words, kept.oldest_value_at)


def hours_words(kept: Kept) -> str:
    """How many hours are kept, and since when."""
    words = ngettext("{n} hour is kept", "{n} hours are kept", kept.hours).format(n=format_number(kept.hours))
    return _since(words, kept.oldest_hour_at)


def room_words(kept: Kept) -> str:
    """How much room all of it takes."""
    words = _("{size} on the disk").format(size=size_words(kept.size_bytes))
    if not kept.free_bytes:
        return words
    return _("{room}, {free} of it empty for what comes").format(room=words, free=size_words(kept.free_bytes))


def going_words(kept: Kept, keeping: Keeping, now: datetime, *, knows_server: bool) -> str:
    """What goes by a setting, said before it goes."""
    if not kept.is_going:
        return _("Nothing that is kept here is older than that.")
    parts = (
        _values_going(kept.values_going, keeping.values_before(now)),
        _hours_going(kept.hours_going, keeping.hours_before(now)),
        _how(knows_server=knows_server),
    )
    return " ".join(part for part in parts if part)


def _values_going(count: int, before: datetime) -> str:
    told = ngettext("{n} value from before {day} will go.", "{n} values from before {day} will go.", count)
    return told.format(n=format_number(count), day=format_day(before)) if count else ""


def _hours_going(count: int, before: datetime) -> str:
    told = ngettext("{n} hour from before {day} will go.", "{n} hours from before {day} will go.", count)
    return told.format(n=format_number(count), day=format_day(before)) if count else ""


def _how(*, knows_server: bool) -> str:
    if not knows_server:
        return _("But nothing goes as long as this console knows no server: nobody else has it.")
    return _(
        "They go a little at a time while the window is open, within some hours; the server's own values stay there, "
        "and what is asked for again is fetched. The file does not become smaller: the room is used again."
    )


def _since(words: str, moment: datetime | None) -> str:
    return words if moment is None else _("{kept}, since {day}").format(kept=words, day=format_day(moment))
