"""For how long an alarm is shelved, as choices of a question; their codes are minutes."""

from typing import Final

from tabuah.operations.rules.telling import tell_duration
from tabuah.widgets.values import Choice

_MINUTES: Final = (15, 30, 60, 240)
USUAL_SHELVING: Final = "30"


def shelving_choices() -> tuple[Choice, ...]:
    """The usual lengths, the shortest first."""
    return tuple(
        Choice(code=str(minutes), label=tell_duration(minutes * 60), key=str(number))
        for number, minutes in enumerate(_MINUTES, start=1)
    )
