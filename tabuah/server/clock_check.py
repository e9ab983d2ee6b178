"""The check of the server's clock at its start.

The clock of a computer with a dead battery begins in a past year after a loss of power. A server with such a clock
would hold all work as written in the future, and the consoles, which correct their clocks by its own, would date
their entries by it.
"""

from datetime import datetime, timedelta
from typing import Final

from tabuah.resources.localisation import _
from tabuah.server.errors import WrongClock

CLOCK_TOLERANCE: Final = timedelta(minutes=10)  # a clock that was corrected by less may start
_FORMAT: Final = "%Y-%m-%d %H:%M"


def check_clock(now: datetime, newest_at: datetime | None) -> None:
    """Compare the clock with the time at which the newest entry of the journal arrived; both are UTC.

    Raises:
        WrongClock: the clock is behind it.
    """
    if newest_at is None or now >= newest_at - CLOCK_TOLERANCE:
        return
    text = _(
        "The clock of this computer shows {now} UTC, but the journal has a record of {newest} UTC. Set the clock,"
        " then start the server again. If the clock is right now: tabuah server --clock-is-right"
    )
    raise WrongClock(text.format(now=now.strftime(_FORMAT), newest=newest_at.strftime(_FORMAT)))
