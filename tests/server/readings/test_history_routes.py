"""Historical readings for consoles: pages of values, hourly and daily summaries, and quarantine counts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx2
import msgspec
import pytest
from support.readings_fixture import gateway_account, gauge
from support.running_server import RunningServer

from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import PostedReading, Quality, Reading
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.server.readings import history_routes
from tabuah.storage.journal.protocol import CorrectionsReply, Problem, QuarantineReply, SummariesReply, ValuesReply

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
    running_server.journal.append_drafts([draft])
    running_server.service.readings.check_silence()
    send(running_server, *(measured(10 * n, 1 + n / 100) for n in range(280)))
    running_server.add_user("pemantau", Role.VIEWER)
    with running_server.client("pemantau") as client:
        yield client


def send(server: RunningServer, *readings: Reading) -> None:
    server.service.readings.submit(gateway_account(), [PostedReading(reading) for reading in readings]).result()


def asked(client: httpx2.Client, path: str, since: datetime, until: datetime, **more: str) -> httpx2.Response:
    params = SERIES | {"from": since.isoformat(), "to": until.isoformat()} | more
    return client.get(f"/v1/readings/{path}", params=params)


def test_values_include_quality_flags(running_server: RunningServer, client: httpx2.Client):
    send(running_server, measured(5, 2.2, Quality.TYPED_IN))
    reply = msgspec.json.decode(asked(client, "values", START, START + 20 * HOUR / 60).content, type=ValuesReply)
    assert [(each.value, each.quality) for each in reply.values] == [(1.0, 0), (2.2, 8), (1.01, 0), (1.02, 0)]
    assert not reply.more


def test_values_report_a_further_page(client: httpx2.Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(history_routes, "MOST_VALUES", 100)
    found: list[Reading] = []
    since, more = START, True
    while more:
        reply = msgspec.json.decode(asked(client, "values", since, START + 48 * HOUR).content, type=ValuesReply)
        found += reply.values
        more, since = reply.more, reply.values[-1].at + timedelta(milliseconds=1)
    assert [each.at for each in found] == [START + timedelta(minutes=10 * n) for n in range(280)]


def test_summaries_of_hours_and_days_count_values(client: httpx2.Client):
    reply = asked(client, "summaries", START, START + 48 * HOUR)
    hours = msgspec.json.decode(reply.content, type=SummariesReply).summaries
    assert [hour.count for hour in hours] == [6] * 46 + [4]
    assert (hours[1].low, hours[1].high, hours[1].at) == (1.06, 1.11, START + HOUR)
    reply = asked(client, "summaries", START - 24 * HOUR, START + 48 * HOUR, span="day")
    days = msgspec.json.decode(reply.content, type=SummariesReply).summaries
    assert sum(day.count for day in days) == 280


def test_minute_summaries_include_late_and_corrected_values(running_server: RunningServer, client: httpx2.Client):
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


def test_quarantine_counts_are_by_reason(running_server: RunningServer, client: httpx2.Client):
    send(running_server, measured(1, 999.0), measured(2, 888.0), measured(60 * 24 * 365))
    reply = msgspec.json.decode(client.get("/v1/readings/aside", params=SERIES).content, type=QuarantineReply)
    assert reply.counts == {"out_of_range": 2, "in_the_future": 1}


def test_corrections_name_both_values_and_accounts(running_server: RunningServer, client: httpx2.Client):
    send(running_server, measured(10, 0.5))
    reply = asked(client, "corrections", START, START + HOUR)
    (found,) = msgspec.json.decode(reply.content, type=CorrectionsReply).corrections
    assert (found.at, found.old_value, found.old_account) == (START + timedelta(minutes=10), 1.01, "gerbang")
    assert (found.new_value, found.new_account) == (0.5, "gerbang")


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
def test_history_query_reports_invalid_parameters(client: httpx2.Client, path: str, more: dict[str, str], told: str):
    reply = client.get(
        f"/v1/readings/{path}", params=SERIES | {"from": START.isoformat(), "to": START.isoformat()} | more
    )
    assert reply.status_code == 400
    assert told in (msgspec.json.decode(reply.content, type=Problem).detail or "")


def test_history_query_of_reversed_span_is_empty(client: httpx2.Client):
    for path, key in (("values", "values"), ("summaries", "summaries")):
        assert asked(client, path, START + HOUR, START).json()[key] == []


@pytest.mark.parametrize("path", ["values", "summaries", "aside"])
def test_history_routes_need_a_session(running_server: RunningServer, path: str):
    with httpx2.Client(base_url=running_server.url) as stranger:
        params = SERIES | {"from": START.isoformat(), "to": START.isoformat()}
        assert stranger.get(f"/v1/readings/{path}", params=params).status_code == 401
