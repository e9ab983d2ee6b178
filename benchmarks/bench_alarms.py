"""Measure how many alarm groups an operator sees in a flood, and check that no independent alarm is hidden.

Run with `python benchmarks/bench_alarms.py`. The storm is that of the tests (`tests/support/alarm_storm.py`): 300
stations under a convective system that also takes the power of forty, and beside it an earthquake, smoke over one
town, a jammed gauge, and a river that rises in the far south. Its readings go to a real server with default rules.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from goals import ResultLine, save_results, show_results
from support.alarm_storm import OTHER_RIVER, SMOKE, START, STUCK, AlarmStorm, OverThreshold, rules
from support.readings_fixture import Clock, open_readings_fixture

from tabuah.console.window.alarms.alarm_items import groups_in_strip
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.alarm_groups import AlarmGroup

MINUTES = 75
MOST_GROUPS = 10
INDEPENDENT = {SMOKE: "air", STUCK: "sensor", OTHER_RIVER: "stage"}
Seen = list[tuple[int, tuple[AlarmGroup, ...]]]  # readings over threshold so far, and the contents of the alarm strip


def play(storm: AlarmStorm) -> tuple[Seen, list[Alarm]]:
    """Send the storm, and read the alarm strip after each minute."""
    clock, over, seen = Clock(START), OverThreshold(storm.stations.values()), Seen()
    with tempfile.TemporaryDirectory() as folder, open_readings_fixture(Path(folder), clock, rules=False) as room:
        room.write_rules(*rules())
        room.register(*storm.stations.values())
        for now, readings in storm.minutes(MINUTES):
            clock.now = now
            over.hear(readings)
            room.send(*readings)
            alarms = room.alarms()
            seen.append((over.count, groups_in_strip(alarms, storm.stations, now)))
    return seen, alarms


def hidden(groups: Sequence[AlarmGroup]) -> int:
    """Return how many independent alarms do not lead a separate group."""
    alone = {(group.family, group.lead.station) for group in groups if group.stations == 1}
    quakes = [group for group in groups if group.family == "shaking"]
    return sum((family, code) not in alone for code, family in INDEPENDENT.items()) + (len(quakes) != 1)


def grouping_ms(alarms: Sequence[Alarm], storm: AlarmStorm) -> float:
    """Return the CPU time of grouping the alarms once."""
    begun = time.process_time()
    groups_in_strip(alarms, storm.stations, START)
    return (time.process_time() - begun) * 1e3


def main() -> None:
    """Measure and print."""
    storm = AlarmStorm()
    seen, alarms = play(storm)
    first = next(minute for minute, (_over, groups) in enumerate(seen) if groups)
    thousandth = next(minute for minute, (over, _groups) in enumerate(seen) if over >= 1_000)
    early = max(len(groups) for _over, groups in seen[first : first + 10])
    most = max(len(groups) for _over, groups in seen)
    lost = hidden(seen[-1][1])
    lines = [
        ResultLine("alarm groups in the first 10 minutes", f"≤ {MOST_GROUPS}", f"{early}", early <= MOST_GROUPS),
        ResultLine(
            f"… at any minute until {seen[-1][0]:,} readings were over threshold ({len(alarms)} alarms)",
            f"≤ {MOST_GROUPS}",
            f"{most} (the 1,000th in minute {thousandth - first} after the first alarm)",
            most <= MOST_GROUPS,
        ),
        ResultLine(f"independent alarms hidden, of {len(INDEPENDENT) + 1}", "0", f"{lost}", lost == 0),
        ResultLine(
            f"grouping {len(alarms)} alarms once, CPU", "stated", f"{grouping_ms(alarms, storm):.1f} ms", True
        ),
    ]
    show_results(lines)
    save_results("alarms", lines)


if __name__ == "__main__":
    main()
