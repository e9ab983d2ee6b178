"""Benchmark of readings: rate into the store alone and through HTTP with checks and rules, and query times.

Run with `python benchmarks/bench_readings.py`. The server is a separate process on a new directory,
with the default rules and 2,000 stations, half of them river gauges with three levels each. The
clients post batches encoded in advance; a batch is one reading of many stations, as from a gateway.
"""

import argparse
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import httpx2
import msgspec
from goals import ResultLine, save_results, show_results
from server_in_process import server_in_process

from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.levels import RiverLevel
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Reading, ReadingBatch
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.operations.stations.station import Parameter, River, Station, StationKind
from tabuah.server.administration import write_initial_rules
from tabuah.server.journal import ServerJournal
from tabuah.server.people.user_changes import create_user
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

ASKED_PER_S = 200_000
PASSWORD = "batang-lembang"
STATIONS = 2_000
BATCH = 1_000
CLIENTS = 4


def station(number: int) -> Station:
    """Return a river gauge or a rain gauge in turn."""
    river = number % 2 == 0
    code, unit = ("stage_m", "m") if river else ("rain_mm", "mm")
    return Station(
        code=f"B-{number:04d}",
        name=f"Pos {number}",
        kind=StationKind.RIVER if river else StationKind.RAIN,
        lon_deg=100.6,
        lat_deg=-0.9,
        parameters=(Parameter(code=code, unit=unit, expected_interval_s=60, valid_min=-1, valid_max=50),),
        river=River(name="Batang", thresholds_m={RiverLevel.SIAGA_1: 3.2, RiverLevel.SIAGA_2: 2.6})
        if river
        else None,
    )


def minute_of_readings(at: datetime) -> list[Reading]:
    """Return one reading of every station: varying stages, and rain at every tenth gauge."""
    wavering = [(n + at.minute) % 10 for n in range(STATIONS)]
    return [
        Reading(f"B-{n:04d}", "stage_m", at, 1.0 + waver / 100)
        if n % 2 == 0
        else Reading(f"B-{n:04d}", "rain_mm", at, 0.2 if waver == 1 else 0.0)
        for n, waver in enumerate(wavering)
    ]


def day_of_readings(now: datetime) -> ReadingBatch:
    """Return one series, every minute of the last 24 hours."""
    return ReadingBatch(
        readings=tuple(Reading("B-0000", "stage_m", now - timedelta(minutes=m), 1.0) for m in range(1440))
    )


def store_rate(minutes: int, *, durable: bool) -> float:
    """Return readings per second into the store, 1,000 in a transaction."""
    start = datetime(2026, 11, 24, tzinfo=UTC)
    groups = [minute_of_readings(start + timedelta(minutes=m)) for m in range(minutes)]
    batches = [group[first : first + BATCH] for group in groups for first in range(0, STATIONS, BATCH)]
    with tempfile.TemporaryDirectory() as folder, ReadingsStore(Path(folder) / FILE_NAME, durable=durable) as store:
        began_s = time.perf_counter()
        for batch in batches:
            store.store(batch, account="gerbang")
        return minutes * STATIONS / (time.perf_counter() - began_s)


def prepare(directory: Path, *, gateway: str = "gerbang") -> None:
    """Create a server's data with rules, a user, and stations that accept the readings of one gateway."""
    with ServerJournal.open(directory) as journal:
        write_initial_rules(journal)
        create_user(journal, name="gerbang", role=Role.GATEWAY, opd="BPBD", password=PASSWORD)
        journal.append_drafts(
            [
                Draft(
                    subject=f"station/{s.code}",
                    kind="station.registered",
                    body=encode_body(StationRegistered(station=msgspec.structs.replace(s, gateway=gateway))),
                )
                for s in map(station, range(STATIONS))
            ]
        )


def client_of(url: str, user: str = "gerbang") -> httpx2.Client:
    """Return a client of the gateway, or of another user, logged in."""
    client = httpx2.Client(base_url=url, timeout=60, trust_env=False)
    session = client.post("/v1/session", json={"user": user, "password": PASSWORD}).json()
    client.headers["Authorization"] = f"Bearer {session['access_token']}"
    return client


def http_rate(url: str, minutes: int) -> float:
    """Return acknowledged readings per second, from several clients at once; none may be quarantined."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    encoder = msgspec.json.Encoder()
    waiting = [
        encoder.encode(ReadingBatch(readings=tuple(group[i : i + BATCH])))
        for group in (minute_of_readings(now - timedelta(minutes=m)) for m in reversed(range(minutes)))
        for i in range(0, STATIONS, BATCH)
    ]
    clients = [client_of(url) for _ in range(CLIENTS)]
    expected = len(waiting) * BATCH
    stored: list[int] = []

    def post(client: httpx2.Client) -> None:
        while waiting:
            try:
                body = waiting.pop(0)
            except IndexError:
                return
            reply = client.post("/v1/readings", content=body)
            reply.raise_for_status()
            stored.append(reply.json()["stored"])

    threads = [threading.Thread(target=post, args=(client,)) for client in clients]
    began_s = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took_s = time.perf_counter() - began_s
    for client in clients:
        client.close()
    if sum(stored) != expected:
        raise SystemExit(f"{expected} readings were sent and {sum(stored)} stored")
    return expected / took_s


def median_ms(ask: Callable[[], object], times: int = 15) -> float:
    """Return the median query time."""
    took: list[float] = []
    for _ in range(times):
        began_s = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began_s) * 1000)
    return median(took)


def question_times(url: str) -> dict[str, float]:
    """Measure the latest of all stations, and the last 24 hours of one series, over HTTP."""
    now = datetime.now(UTC)
    day = {"station": "B-0000", "parameter": "stage_m", "from": (now - timedelta(days=1)).isoformat()}
    with closing(client_of(url)) as client:
        client.post("/v1/readings", content=msgspec.json.encode(day_of_readings(now))).raise_for_status()

        def series(points: int) -> None:
            reply = client.get("/v1/readings", params=day | {"to": now.isoformat(), "points": points})
            reply.raise_for_status()

        return {
            "latest_2000_stations_ms": median_ms(lambda: client.get("/v1/readings/latest").raise_for_status()),
            "day_of_a_series_300_points_ms": median_ms(lambda: series(300)),
            "day_of_a_series_every_reading_ms": median_ms(lambda: series(5_000)),
        }


def lines_of(figures: dict[str, float]) -> list[ResultLine]:
    """Return the table."""
    alone, durable = figures["store_readings_per_s"], figures["durable_store_readings_per_s"]
    http, latest = figures["http_readings_per_s"], figures["latest_2000_stations_ms"]
    few, every = figures["day_of_a_series_300_points_ms"], figures["day_of_a_series_every_reading_ms"]
    asked, enough = f"≥ {ASKED_PER_S:,} rows/s", alone >= ASKED_PER_S
    return [
        ResultLine("the store alone, 1,000 rows a batch", asked, f"{alone:,.0f} rows/s", enough),
        ResultLine("  on disk before each answer, as on a server", "stated", f"{durable:,.0f} rows/s", True),
        ResultLine("readings through HTTP to the durable store, rules on", "stated", f"{http:,.0f} readings/s", True),
        ResultLine("  newest of 2,000 stations over HTTP", "stated", f"{latest:.1f} ms", True),
        ResultLine(
            "  24 h of one series over HTTP", "stated", f"{few:.1f} ms (300 points), {every:.1f} ms (all)", True
        ),
    ]


def main() -> None:
    """Measure, print and save the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--minutes", type=int, default=100, help="minutes of 2,000 readings in a run")
    options = parser.parse_args()
    figures: dict[str, float] = {
        "store_readings_per_s": median(store_rate(options.minutes, durable=False) for _ in range(options.runs)),
        "durable_store_readings_per_s": median(
            store_rate(options.minutes, durable=True) for _ in range(options.runs)
        ),
    }
    rates: list[float] = []
    for run in range(options.runs):
        with tempfile.TemporaryDirectory() as folder:
            directory = Path(folder)
            prepare(directory)
            with server_in_process(directory) as url:
                rates.append(http_rate(url, options.minutes))
                if run == options.runs - 1:
                    figures |= question_times(url)
    figures["http_readings_per_s"] = median(rates)
    lines = lines_of(figures)
    show_results(lines)
    save_results("readings", lines, figures=figures)


if __name__ == "__main__":
    main()
