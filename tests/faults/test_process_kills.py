"""Tests of killed processes: acknowledged and saved entries exist once, and the data open again."""

import os
import random
from pathlib import Path

import pytest
from faults.convergence_checks import check_journal, converge_offices, fetch_journal
from faults.offices import Office, open_offices
from faults.process_kills import kill_console_while_writing, kill_server_under_load
from faults.server_process import server_process
from hypothesis import settings

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a signal of POSIX"),
]

IS_LONG = settings.get_current_profile_name() == "long"


def test_killed_server_keeps_acknowledged_entries(tmp_path: Path):
    with (
        server_process(tmp_path / "server") as server,
        open_offices(tmp_path, "ani", "budi", url=server.url) as offices,
    ):
        kills = kill_server_under_load(server, offices, times=20 if IS_LONG else 1, draw=random.Random(1))
        assert kills.acknowledged > 0
        converge_offices(offices)


def test_console_killed_while_saving_keeps_saved_forms(tmp_path: Path):
    kills = kill_console_while_writing(tmp_path, times=100 if IS_LONG else 2, draw=random.Random(2))
    assert len(kills.saved) > len(kills.open_s)
    assert (kills.lost, kills.damage) == ([], [])


def test_console_killed_before_sync_sends_once(tmp_path: Path):
    with server_process(tmp_path / "server") as server:
        office = Office(tmp_path / "ani")
        office.log_in(server.url, "ani")
        office.close()
        kills = kill_console_while_writing(tmp_path / "ani", times=50 if IS_LONG else 2, draw=random.Random(3))
        with open_offices(tmp_path, "ani", "budi", url=server.url) as offices:
            offices[0].ledger.saved = kills.saved
            converge_offices(offices)
            check_journal(offices[1].ask(fetch_journal), [offices[0].ledger])
