"""Benchmark of the search: 10,000 incidents with 100,000 notes.

Run with `python benchmarks/bench_search.py`. It measures the size of the index, one search, a switch of filters, and
the first page of a list, and compares a search with a scan by LIKE over the same notes. Each figure is the median of
CPU times, so that the disk does not matter.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from goals import ResultLine, save_results, show_results
from support.console_stores import report_incident_at

from tabuah.operations.codes import Hazard, Severity, Status
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.incident_filters import IncidentFilters, IncidentOrder, IncidentStage
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.subject_state import EMPTY
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.incident_index import rebuild_index
from tabuah.storage.cache.incident_search import IncidentSearch
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.cache.subject_table import SubjectRow

INCIDENTS, NOTES = 10_000, 100_000
MAX_INDEX_MB, MAX_SEARCH_MS, MAX_PAGE_MS = 8.0, 6.0, 50.0
START = datetime(2024, 1, 1, tzinfo=UTC)
WORDS = [
    "air",
    "naik",
    "warga",
    "mengungsi",
    "ke",
    "balai",
    "nagari",
    "jalan",
    "tertutup",
    "longsoran",
    "pohon",
    "tumbang",
    "jembatan",
    "putus",
    "rumah",
    "terendam",
    "regu",
    "tiba",
    "di",
    "lokasi",
    "perahu",
    "karet",
    "dikirim",
    "camat",
    "melapor",
    "dua",
    "orang",
    "luka",
    "ringan",
    "dibawa",
    "puskesmas",
    "listrik",
    "padam",
    "hujan",
    "deras",
    "sejak",
    "sore",
    "sungai",
    "meluap",
    "batang",
    "lembang",
    "sawah",
    "rusak",
    "alat",
    "berat",
    "diminta",
    "evakuasi",
    "lansia",
    "selesai",
]
COMMON = 0.25  # of all words; the others are rarer ones, as names and places are
SYLLABLES = (
    "ba",
    "ka",
    "tu",
    "ri",
    "lo",
    "me",
    "sa",
    "ni",
    "go",
    "pa",
    "li",
    "ran",
    "du",
    "wi",
    "san",
    "jo",
    "ti",
    "mu",
)
TITLES = ("Banjir di jorong", "Tanah longsor di jalan", "Pohon tumbang di pasar", "Kebakaran rumah di simpang")
NAGARI = ("Koto Baru", "Selayo", "Gantung Ciri", "Muara Panas", "Talang", "Cupak", "Alahan Panjang", "Paninggahan")
SEARCHES = ("banjir", "jembatan putus", "evakuasi lansia", '"batang lembang" -listrik', "kebanjiran", "SLK-TEST-0042")
ADD_NOTE = """INSERT INTO journal (entry, subject, kind, actor, device, n, at, text, signature, seq, verdict)
    VALUES (?, ?, 'incident.noted', 'ani', 'd', ?, '', ?, '', ?, 'accepted')"""


def fill(session: CacheSession, template: Incident, *, incidents: int, notes: int) -> None:
    """Write incidents with notes to the cache, as a pull leaves them, without signatures."""
    chance = random.Random(7)
    with session.writing():
        session.connection.executemany(ADD_NOTE, note_rows(chance, incidents, notes))
        rows = []
        for n in range(incidents):
            state = msgspec.structs.replace(EMPTY, value=incident(template, n, chance))
            rows.append(SubjectRow(f"incident/{n:032d}", state, None))
        session.subjects.write_all(rows, version=session.meta.next_version())


def note_rows(chance: random.Random, incidents: int, notes: int) -> Iterator[tuple[Any, ...]]:
    for n in range(notes):
        text = " ".join(word(chance) for _n in range(chance.randint(8, 16))) + f" pukul {n % 24:02d}.{n % 60:02d}"
        entry = {"kind": "incident.noted", "actor": "ani", "body": {"text": text}}
        yield f"note-{n}", f"incident/{n % incidents:032d}", n + 10, msgspec.json.encode(entry).decode(), n + 10


def word(chance: random.Random) -> str:
    return chance.choice(WORDS) if chance.random() < COMMON else "".join(chance.choices(SYLLABLES, k=3))


def incident(template: Incident, n: int, chance: random.Random) -> Incident:
    at = START + timedelta(minutes=90 * n)
    nagari = chance.choice(NAGARI)
    return msgspec.structs.replace(
        template,
        id=f"{n:032d}",
        number=f"SLK-TEST-{n:04d}",
        hazard=chance.choice(list(Hazard)),
        severity=chance.choice(list(Severity)),
        status=Status.CLOSED if n < INCIDENTS * 0.97 else chance.choice([s for s in Status if s.is_open]),
        title=f"{chance.choice(TITLES)} {nagari}",
        place=IncidentPlace(lon_deg=100.6, lat_deg=-0.9, nagari=nagari, kecamatan="Kubung"),
        occurred_at=at,
        reported_at=at,
        updated_at=at,
    )


def index_mb(session: CacheSession) -> float:
    """Return the size of the words in MB."""
    query = "SELECT sum(length(block)) FROM search_text_data"
    return float(session.connection.execute(query).fetchone()[0]) / 1e6


def timed_ms(work: Callable[[], object], runs: int) -> float:
    times = []
    for _run in range(runs):
        start = time.process_time()
        work()
        times.append((time.process_time() - start) * 1_000)
    return median(times)


def scan(session: CacheSession, word: str) -> int:
    """Find a word as a plain LIKE over titles and notes does."""
    query = """SELECT count(DISTINCT subject) FROM journal WHERE text LIKE ?
        UNION ALL SELECT count(*) FROM incidents WHERE title LIKE ?"""
    return sum(row[0] for row in session.connection.execute(query, (f"%{word}%", f"%{word}%")))


def find_newest(search: IncidentSearch, words: str) -> tuple[str, ...]:
    """Find as many incidents as the command shows."""
    return search.find(IncidentFilters(words=words), limit=200)


def first_page(search: IncidentSearch, words: str) -> None:
    found = search.find(IncidentFilters(words=words), order=IncidentOrder.URGENT)
    page = search.read(found[:60])
    search.excerpts(page, words)


def measure(session: CacheSession, runs: int) -> list[ResultLine]:
    search = IncidentSearch(session)
    lines = [line("index of the words", f"≤ {MAX_INDEX_MB:g} MB", index_mb(session), MAX_INDEX_MB, "MB")]
    for words in SEARCHES:
        found = len(search.find(IncidentFilters(words=words)))
        spent = timed_ms(partial(find_newest, search, words), runs)
        lines.append(line(f"newest 200 for {words} ({found} found)", f"≤ {MAX_SEARCH_MS:g} ms", spent, MAX_SEARCH_MS))
    slow = timed_ms(lambda: scan(session, "jembatan"), max(3, runs // 10))
    fast = timed_ms(partial(find_newest, search, "jembatan "), runs)
    ratio = f"{slow:.1f} ms, {slow / fast:.0f} ×"
    lines.append(ResultLine("LIKE over the same text, ratio to the search", "", ratio, True))
    filters = IncidentFilters(stage=IncidentStage.ENDED, hazards=frozenset({Hazard.FLOOD}))
    spent = timed_ms(lambda: search.find(filters, order=IncidentOrder.URGENT), runs)
    lines.append(line("switch of filters, all ids in the urgent order", f"≤ {MAX_PAGE_MS:g} ms", spent, MAX_PAGE_MS))
    spent = timed_ms(lambda: search.find(IncidentFilters(), order=IncidentOrder.URGENT), runs)
    lines.append(line("10,000 ids in the urgent order", f"≤ {MAX_PAGE_MS:g} ms", spent, MAX_PAGE_MS))
    spent = timed_ms(lambda: first_page(search, "evakuasi"), runs)
    lines.append(line("search, first 60 rows and excerpts", f"≤ {MAX_PAGE_MS:g} ms", spent, MAX_PAGE_MS))
    return lines


def line(name: str, goal: str, value: float, most: float, unit: str = "ms") -> ResultLine:
    return ResultLine(name, goal, f"{value:.2f} {unit}", value <= most)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        with closing(ConsoleStore(Path(folder))) as store:
            template = report_incident_at(store)
        with closing(CacheSession(Path(folder))) as session:
            fill(session, template, incidents=INCIDENTS, notes=NOTES)
            start = time.perf_counter()
            with session.writing():
                rebuild_index(session.connection)
            rebuilt = ResultLine("the whole index written again", "", f"{time.perf_counter() - start:.1f} s", True)
            lines = [*measure(session, options.runs), rebuilt]
    show_results(lines)
    save_results("search", lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
