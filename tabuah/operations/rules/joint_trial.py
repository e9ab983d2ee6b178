"""Playing the past of several series to joint watches, in the order of time, as the server would have heard it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from heapq import merge

from tabuah.operations.rules.crossings import Crossing
from tabuah.operations.rules.engine import UNKNOWN, SeriesState
from tabuah.operations.rules.hearing import Series, hear, hearers_of
from tabuah.operations.rules.joint import JointWatch
from tabuah.operations.rules.watches import WatchKey, key_of


class TrialMemory:
    """What the watches of a trial remember."""

    def __init__(self) -> None:
        self._states: dict[WatchKey, SeriesState] = {}

    def state_of(self, key: WatchKey) -> SeriesState:
        """What one watch remembers."""
        return self._states.get(key, UNKNOWN)

    def put_state(self, key: WatchKey, state: SeriesState) -> None:
        """What one watch remembers from now on."""
        self._states[key] = state


def play_together(
    joints: Sequence[JointWatch], history: Mapping[Series, Sequence[tuple[datetime, float]]]
) -> Iterator[Crossing]:
    """The crossings of the joint watches themselves, those of their parts left out."""
    members = {key_of(member): member for joint in joints for member in joint.members}
    hearers = hearers_of(members.values(), joints)
    memory, own = TrialMemory(), {joint.key for joint in joints}
    for at, series, value in merge(*(_line(series, history.get(series, ())) for series in hearers)):
        for key, crossings in hear(hearers[series], memory, at, value):
            if key in own:
                yield from crossings


def _line(series: Series, values: Sequence[tuple[datetime, float]]) -> Iterator[tuple[datetime, Series, float]]:
    return ((at, series, value) for at, value in values)
