"""For how long a station is worked on, as choices of a question."""

from datetime import datetime

from tabuah.operations.maintenance.spans import WorkLength, work_until
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_time
from tabuah.widgets.values import Choice


def work_choices(now: datetime) -> tuple[Choice, ...]:
    """The usual lengths, the shortest first."""
    return tuple(_choice(number, length, now) for number, length in enumerate(WorkLength, start=1))


def _choice(number: int, length: WorkLength, now: datetime) -> Choice:
    until = work_until(length, now)
    if length is WorkLength.TOMORROW:
        label = _("until tomorrow {time}").format(time=format_time(until, zone=False))
    else:
        hours = round((until - now).total_seconds() / 3600)
        label = ngettext("{n} hour", "{n} hours", hours).format(n=hours)
    return Choice(code=length.value, label=label, key=str(number))
