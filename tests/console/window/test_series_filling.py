"""What is missing of a series is found by counting and fetched in stretches; nothing is asked for twice."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from running_server import RunningServer
from window_room import GAUGE, beside, log_in_and_sync, register_gauge

from tabuah.console.window.series_filling import Grain, Wanted, fill, values_between
from tabuah.operations.stations.posted import PostedReading
from tabuah.operations.stations.readings import Quality, Reading
from tabuah.storage.readings.store import ReadingsStore
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.session import ConsoleSession

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNTIL = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
SINCE = UNTIL - 7 * DAY


class EndedError(Exception):
    """Somebody broke the fill off."""


def measured(hours_ago: float, value: float = 1.0, quality: int = 0) -> Reading:
    return Reading(GAUGE.code, "stage_m", UNTIL - hours_ago * HOUR, value, quality)


def send(server: RunningServer, *readings: Reading) -> None:
    server.service.readings.submit("tests", [PostedReading(reading) for reading in readings]).result()


def wanted(grain: Grain = Grain.VALUES, since: datetime = SINCE) -> Wanted:
    return Wanted(GAUGE.code, ("stage_m",), since, UNTIL, grain)


@pytest.fixture
def client(server: RunningServer, data: Path) -> Iterator[ServerClient]:
    """A console's line to a server that has a value every half hour of the last week."""
    register_gauge(server)
    send(server, *(measured(n / 2) for n in range(1, 2 * 7 * 24 + 1)))
    log_in_and_sync(data, server, "ani")
    with beside(data) as store, ConsoleSession(store).client as client:
        yield client


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[ReadingsStore]:
    with ReadingsStore(tmp_path / "kept.db") as store:
        yield store


@pytest.fixture
def asked(client: ServerClient, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that are asked for."""
    paths: list[str] = []
    real = ServerClient.call

    def call(self: ServerClient, method: str, path: str, *args: Any, **options: Any) -> Any:
        paths.append(path.removeprefix("/v1/readings/"))
        return real(self, method, path, *args, **options)

    monkeypatch.setattr(ServerClient, "call", call)
    return paths


def quiet(_done: int, _of: int) -> None:
    """Nobody watches."""


def values(kept: ReadingsStore) -> list[Reading]:
    return list(kept.between(GAUGE.code, "stage_m", SINCE, UNTIL))


def test_a_week_comes_day_by_day_and_the_second_time_nothing_is_asked(
    client: ServerClient, kept: ReadingsStore, asked: list[str]
) -> None:
    told: list[tuple[int, int]] = []
    assert fill(client, kept, wanted(), lambda done, of: told.append((done, of))).came == 336
    assert len(values(kept)) == 336
    assert asked.count("values") == 7
    assert told == [(0, 1), *((n, 7) for n in range(7))]
    asked.clear()
    assert fill(client, kept, wanted(), quiet).came == 0
    assert asked == ["aside", "summaries"]


def test_only_the_hours_that_lack_something_are_fetched(
    client: ServerClient, kept: ReadingsStore, asked: list[str]
) -> None:
    kept.store([measured(n / 2, quality=Quality.SIMULATED) for n in range(1, 337) if n not in (20, 21, 200)])
    assert fill(client, kept, wanted(), quiet).came == 3
    assert asked.count("values") == 2
    assert len(values(kept)) == 336


def test_what_came_late_to_the_server_is_found(
    client: ServerClient, kept: ReadingsStore, server: RunningServer
) -> None:
    fill(client, kept, wanted(), quiet)
    send(server, measured(100.25, 2.5))
    assert fill(client, kept, wanted(), quiet).came == 1
    assert measured(100.25, 2.5, Quality.SIMULATED) in values(kept)


def test_marks_come_with_the_values(client: ServerClient, kept: ReadingsStore, server: RunningServer) -> None:
    send(server, measured(3.25, 2.5, Quality.TYPED_IN))
    fill(client, kept, wanted(), quiet)
    (typed,) = [reading for reading in values(kept) if reading.value == 2.5]
    assert Quality(typed.quality) == Quality.TYPED_IN | Quality.SIMULATED


def test_a_fill_that_is_broken_off_keeps_what_came_and_goes_on_there(
    client: ServerClient, kept: ReadingsStore, asked: list[str]
) -> None:
    def end(done: int, of: int) -> None:
        if of == 7 and done == 3:
            raise EndedError

    with pytest.raises(EndedError):
        fill(client, kept, wanted(), end)
    assert len(values(kept)) == 3 * 48
    asked.clear()
    fill(client, kept, wanted(), quiet)
    assert asked.count("values") == 4
    assert len(values(kept)) == 336


def test_months_come_as_hours(
    client: ServerClient, kept: ReadingsStore, server: RunningServer, asked: list[str]
) -> None:
    send(server, *(measured(24 * 200 + n / 10, 3.0) for n in range(240)))
    since = UNTIL - 365 * DAY
    came = fill(client, kept, wanted(Grain.HOURS, since), quiet).came
    hours = kept.summaries(GAUGE.code, "stage_m", since, UNTIL, HOUR)
    assert sum(hour.count for hour in hours) == 240 + 336
    assert len(hours) == came
    assert values(kept) == []
    asked.clear()
    assert fill(client, kept, wanted(Grain.HOURS, since), quiet).came == 0


def test_a_value_of_our_own_does_not_hide_the_hour_that_the_server_knows_better(
    client: ServerClient, kept: ReadingsStore
) -> None:
    kept.store([measured(50)])
    since = UNTIL - 30 * DAY
    fill(client, kept, wanted(Grain.HOURS, since), quiet)
    assert sum(hour.count for hour in kept.summaries(GAUGE.code, "stage_m", since, UNTIL, HOUR)) == 336
    assert fill(client, kept, wanted(Grain.HOURS, since), quiet).came == 0


def test_long_series_come_page_by_page(
    client: ServerClient, monkeypatch: pytest.MonkeyPatch, asked: list[str]
) -> None:
    monkeypatch.setattr("tabuah.server.readings.past_routes.MOST_VALUES", 100)
    assert len(values_between(client, GAUGE.code, "stage_m", SINCE, UNTIL)) == 336
    assert asked.count("values") == 4
