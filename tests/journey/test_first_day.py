"""Test of docs/first-day.md: every command of the page runs and gives the output shown."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.document_commands import check, lines_of, machines_in
from support.wait import wait_until_true

from tabuah.resources.time_zone import home_zone

pytestmark = pytest.mark.journey

CSV = re.compile(r"^```csv\n(.*?)^```", re.MULTILINE | re.DOTALL)
SET_UP_COMMANDS = 15


def test_page_sets_up_a_server_whose_alarm_arrives(tmp_path: Path, project: Path):
    page = (project / "docs" / "first-day.md").read_text("utf-8")
    stations, readings = CSV.findall(page)
    (tmp_path / "stasiun.csv").write_text(stations, "utf-8")
    now = datetime.now(UTC).astimezone(home_zone())
    (tmp_path / "bacaan.csv").write_text(readings.replace("2026-12-01 14:30", f"{now:%Y-%m-%d %H:%M}"), "utf-8")
    *_, sync, alarms = lines = lines_of(page)

    def has_arrived() -> bool:
        """Return whether the alarm is here; the server raises it shortly after the reading."""
        machines.run(sync)
        return len(machines.run(alarms)) > 1

    with machines_in(tmp_path) as machines:
        for line in lines[:-1]:
            check(machines, line, machines.run(line))
        wait_until_true(has_arrived, timeout_s=60)
        check(machines, alarms, machines.run(alarms))
    assert [line.words for line in lines][SET_UP_COMMANDS:] == ["alarm list"]
