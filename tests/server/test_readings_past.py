"""What a console fetches of the past: values page by page, whole hours and days, and what was set aside."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx2
import msgspec
import pytest
from readings_room import gauge
from running_server import RunningServer

from tabuah.operations.authority.roles import Role
from tabuah.operations.bodies import encode_body
from tabuah.operations.entries import Draft
from tabuah.operations.stations.bodies import StationRegistered
from tabuah.operations.stations.posted import PostedReading
from tabuah.operations.stations.readings import Quality, Reading
from tabuah.server.readings import past_routes
from tabuah.storage.journal.protocol import AsideReply, Problem, SummariesReply, ValuesReply

STATION = gauge()
HOUR = timedelta(hours=1)
START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - 48 * HOUR
SERIES = {"station": STATION.code, "parameter": "stage_m"}


def measured(minutes: float, value: float = 1.0, quality: int = 0) -> Reading:
    return Reading(STATION.code, "stage_m", START + timedelta(minutes=minutes), value, quality)


@pytest.fixture
def client(running_server: RunningServer) -> Iterator[httpx2.Client]:
    """A viewer of a server with a gauge that measured every ten minutes for two days."""
    body = encode_body(StationRegistered(station=STATION))
    draft = Draft(subject=f"station/{STATION.code}", kind="station.registered", body=body)
    running_server.journal.append_own([draft])
    running_server.service.readings.look()
    send(running_server, *(measured(10 * n, 1 + n / 100) for n in range(280)))
    running_server.add_user("pemantau", Role.VIEWER)
    with running_server.client("pemantau") as client:
        yield client


def send(server: RunningServer, *readings: Reading) -> None:
    server.service.readings.submit("gerbang", [PostedReading(reading) for reading in readings]).result()


def asked(client: httpx2.Client, path: str, since: datetime, until: datetime, **more: str) -> httpx2.Response:
    params = SERIES | {"from": since.isoformat(), "to": until.isoformat()} | more
    return client.get(f"/v1/readings/{path}", params=params)


def test_values_come_as_they_are_kept_with_their_marks(running_server: RunningServer, client: httpx2.Client):
    send(running_server, measured(5, 2.2, Quality.TYPED_IN))
    reply = msgspec.json.decode(asked(client, "values", START, START + 20 * HOUR / 60).content, type=ValuesReply)
    assert [(each.value, each.quality) for each in reply.values] == [(1.0, 0), (2.2, 8), (1.01, 0), (1.02, 0)]
    assert not reply.more


def test_more_values_than_go_into_an_answer_are_told(client: httpx2.Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(past_routes, "MOST_VALUES", 100)
    found: list[Reading] = []
    since, more = START, True
    while more:
        reply = msgspec.json.decode(asked(client, "values", since, START + 48 * HOUR).content, type=ValuesReply)
        found += reply.values
        more, since = reply.more, reply.values[-1].at + timedelta(milliseconds=1)
    assert [each.at for each in found] == [START + timedelta(minutes=10 * n) for n in range(280)]


def test_hours_and_days_count_what_is_there(client: httpx2.Client):
    reply = asked(client, "summaries", START, START + 48 * HOUR)
    hours = msgspec.json.decode(reply.content, type=SummariesReply).summaries
    assert [hour.count for hour in hours] == [6] * 46 + [4]
    assert (hours[1].low, hours[1].high, hours[1].at) == (1.06, 1.11, START + HOUR)
    reply = asked(client, "summaries", START - 24 * HOUR, START + 48 * HOUR, span="day")
    days = msgspec.json.decode(reply.content, type=SummariesReply).summaries
    assert sum(day.count for day in days) == 280


def test_minutes_are_worked_out_from_values_with_late_and_corrected_ones_in_them(
    running_server: RunningServer, client: httpx2.Client
):
    asked(client, "summaries", START, START + HOUR, span="minute")
    send(running_server, measured(10.5, 7.0), measured(10, 0.5), measured(10.25, 3.0, Quality.TYPED_IN))
    reply = asked(client, "summaries", START, START + HOUR / 3, span="minute")
    told = msgspec.json.decode(reply.content, type=SummariesReply)
    assert [(minute.at, minute.count) for minute in told.summaries] == [
        (START, 1),
        (START + timedelta(minutes=10), 3),
        (START + timedelta(minutes=20), 1),
    ]
    late = told.summaries[1]
    assert (late.low, late.high, late.total, late.newest_at) == (0.5, 7.0, 10.5, START + timedelta(minutes=10.5))
    assert told.values_from == START


def test_what_was_set_aside_is_counted_by_its_reason(running_server: RunningServer, client: httpx2.Client):
    send(running_server, measured(1, 999.0), measured(2, 888.0), measured(60 * 24 * 365))
    reply = msgspec.json.decode(client.get("/v1/readings/aside", params=SERIES).content, type=AsideReply)
    assert reply.counts == {"out_of_range": 2, "in_the_future": 1}


@pytest.mark.parametrize(
    ("path", "more", "told"),
    [
        ("summaries", {"span": "week"}, "minute, hour, day"),
        ("summaries", {"span": "minute", "from": (START - 151 * HOUR).isoformat()}, "9000"),
        ("summaries", {"from": "1990-01-01T00:00:00Z"}, "9000"),
        ("summaries", {"from": "yesterday"}, "RFC 3339"),
        ("values", {"to": "2026-11-24T08:00:00"}, "zone"),
    ],
)
def test_bad_questions_are_refused_with_a_reason(client: httpx2.Client, path: str, more: dict[str, str], told: str):
    reply = client.get(
        f"/v1/readings/{path}", params=SERIES | {"from": START.isoformat(), "to": START.isoformat()} | more
    )
    assert reply.status_code == 400
    assert told in (msgspec.json.decode(reply.content, type=Problem).detail or "")


def test_a_time_that_ends_before_it_begins_holds_nothing(client: httpx2.Client):
    for path, key in (("values", "values"), ("summaries", "summaries")):
        assert asked(client, path, START + HOUR, START).json()[key] == []


@pytest.mark.parametrize("path", ["values", "summaries", "aside"])
def test_nobody_asks_without_a_session(running_server: RunningServer, path: str):
    with httpx2.Client(base_url=running_server.url) as stranger:
        params = SERIES | {"from": START.isoformat(), "to": START.isoformat()}
        assert stranger.get(f"/v1/readings/{path}", params=params).status_code == 401
