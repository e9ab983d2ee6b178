"""Text of actions on alarms: questions, confirmations and refusals."""

from datetime import datetime

from tabuah.resources.localisation import _, format_time, ngettext


def acknowledged_text(n: int) -> str:
    return ngettext("{n} alarm acknowledged.", "{n} alarms acknowledged.", n).format(n=n)


def stays_open_text(n: int) -> str:
    return ngettext("{n} alarm stays open.", "{n} alarms stay open.", n).format(n=n)


def acknowledged_already_reason() -> str:
    return _("This alarm is acknowledged already.")


def shelving_title(n: int) -> str:
    return ngettext("Shelve {n} alarm?", "Shelve {n} alarms?", n).format(n=n)


def shelving_text(alarm: str, more: int) -> str:
    """Return the object of a shelving: the title of the worst alarm, and the number of others of its cause."""
    if not more:
        return alarm
    text = ngettext("{alarm}, and {n} more of the same cause.", "{alarm}, and {n} more of the same cause.", more)
    return text.format(alarm=alarm, n=more)


def shelved_text(n: int, until: datetime) -> str:
    text = ngettext("{n} alarm shelved until {time}.", "{n} alarms shelved until {time}.", n)
    return text.format(n=n, time=format_time(until))


def unshelved_text(n: int) -> str:
    return ngettext("{n} alarm unshelved.", "{n} alarms unshelved.", n).format(n=n)


def not_shelved_reason() -> str:
    return _("This alarm is not shelved.")


def ending_text(alarm: str) -> str:
    """Return the text of the question before an alarm is ended by hand."""
    return _("{alarm}. Only if the device that raised it is revoked or silent for a day.").format(alarm=alarm)


def ended_text() -> str:
    return _("The alarm is ended.")


def saved_file_text(name: str) -> str:
    return _("Saved: {file}").format(file=name)
