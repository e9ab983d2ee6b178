"""How many histories a run has, and which planted bugs it looks for.

`make test-long` runs ten thousand histories and looks for every planted bug. CI runs 300 and looks for every second
bug, because finding one takes up to two minutes there. A developer's `make test` must end within ten minutes: it runs
60, and looks for every third bug. `TABUAH_HISTORIES` sets the number; with fewer than 60 every twelfth bug is
enough. The number is that of all three kinds: plain ones, those with a server that was put back, and those with a
server that has two histories.
"""

import os
from collections.abc import Iterable
from typing import Final

from hypothesis import settings

PROFILE: Final = settings.get_current_profile_name()
_IN_CI: Final = 300
_BY_DEFAULT: Final = 60
HISTORIES: Final = int(os.environ.get("TABUAH_HISTORIES", "0")) or {"ci": _IN_CI, "long": 10_000}.get(
    PROFILE, _BY_DEFAULT
)

PARTS: Final = 50 if PROFILE == "long" else 6  # of the plain ones: parallel, with visible progress
RESTORED_PARTS: Final = PARTS // 3  # of each of the other two kinds
HISTORIES_OF_PART: Final = -(-HISTORIES // (PARTS + 2 * RESTORED_PARTS))


def bugs_of_this_run(bugs: Iterable[str]) -> list[str]:
    """Return the planted bugs to look for."""
    step = 1 if PROFILE == "long" else 2 if HISTORIES >= _IN_CI else 3 if HISTORIES >= _BY_DEFAULT else 12
    return list(bugs)[::step]
