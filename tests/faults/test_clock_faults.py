"""Tests of clocks that are a year wrong: entries are accepted in the server's order, with corrected times."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from faults.convergence_checks import converge_offices
from faults.offices import Office, open_offices
from faults.server_process import ServerProcess, server_process

from tabuah.operations.entries import Verdict
from tabuah.storage.journal.wire import decode_entry

pytestmark = pytest.mark.journey

YEAR = timedelta(days=365)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with server_process(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.mark.parametrize("wrong_by", [YEAR, -YEAR], ids=["a year ahead", "a year behind"])
def test_office_clock_a_year_wrong_converges(wrong_by: timedelta, server: ServerProcess, tmp_path: Path):
    wrong = Office(tmp_path / "budi", clock=lambda: datetime.now(UTC) + wrong_by)
    try:
        wrong.log_in(server.url, "budi")
        with open_offices(tmp_path, "ani", url=server.url) as (right,):
            for office in (right, wrong, right, wrong):
                office.work(2)
            records = converge_offices([right, wrong])
        written = set(wrong.ledger.saved)
        for record in records:
            entry = decode_entry(record.text)
            if entry.id in written:
                assert record.verdict in (Verdict.ACCEPTED, Verdict.CONFLICT), record.reason
                assert abs(entry.at - datetime.now(UTC)) < timedelta(hours=1), "the measured offset was not used"
    finally:
        wrong.close()
