"""`tabuah alarm kpi` verifies warnings and forecasts against observations in the journal."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.bulletin_samples import sample_warning
from support.command_line import CommandLineConsole
from support.readings_fixture import gauge
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.alarms.drafts import clear_alarm, raise_alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.bulletins.drafts import issue_warning
from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.people.roles import Role
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.operations.stations.station import Parameter, Station, StationKind
from tabuah.server.administration import write_initial_rules
from tabuah.storage.journal.identifiers import new_uuid

NOW = datetime.now(UTC).replace(microsecond=0)
BEGAN = NOW - timedelta(hours=4)
KOTO_BARU = Station(
    code="SLK-ARR-01", name="ARR Koto Baru", kind=StationKind.RAIN, lon_deg=100.6300, lat_deg=-0.8000,
    parameters=(Parameter(code="rain_mm", unit="mm", expected_interval_s=60, valid_min=0, valid_max=50),),
)  # fmt: skip


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        write_initial_rules(server.journal)
        server.add_user("ani", Role.SUPERVISOR)
        for station in (KOTO_BARU, gauge()):
            body = encode_body(StationRegistered(station=station))
            server.journal.append_drafts(
                [Draft(subject=f"station/{station.code}", kind="station.registered", body=body)]
            )
        yield server


@pytest.fixture
def console(server: RunningServer, tmp_path: Path, capsys, monkeypatch) -> CommandLineConsole:
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)
    console = CommandLineConsole(tmp_path / "console", capsys)
    console.run("login", "--server", server.url, "--user", "ani")
    return console


def warn(server: RunningServer, identifier: str, *kecamatan: str, hours: float) -> None:
    at = BEGAN + timedelta(hours=hours)
    issued = sample_warning(
        identifier=identifier, kecamatan=kecamatan, sent=at, effective=at, expires=at + timedelta(hours=1)
    )
    server.journal.append_drafts([issue_warning(issued, exercise=False)])


def passed(server: RunningServer, rule: str, station: Station, parameter: str, *, minutes: float) -> None:
    at = BEGAN + timedelta(minutes=minutes)
    body = AlarmRaised(
        rule=rule, station=station.code, parameter=parameter, severity=AlarmSeverity.HIGH, onset_at=at, value=30.0
    )
    alarm = new_uuid(at)
    server.journal.append_drafts([raise_alarm(alarm, body, exercise=False)])
    over = clear_alarm(alarm, cleared_at=at + timedelta(minutes=20), value=1.0, exercise=False)
    server.journal.append_drafts([over])


def span() -> tuple[str, ...]:
    return "--from", (BEGAN - timedelta(hours=1)).isoformat(), "--to", NOW.isoformat()


def test_kpi_verifies_warnings_and_forecasts(server: RunningServer, console: CommandLineConsole):
    warn(server, "a", "KUBUNG", "TIGO LURAH", hours=0)
    warn(server, "b", "KUBUNG", hours=2)
    passed(server, "hujan-1-jam", KOTO_BARU, "rain_mm", minutes=25)
    passed(server, "prakiraan-siaga-1", gauge(), "stage_m", minutes=10)
    passed(server, "tma-siaga-1", gauge(), "stage_m", minutes=70)
    console.run("sync")
    told = console.json("alarm", "kpi", *span())
    weather, rivers = told["warnings"], told["river_forecasts"]
    assert [case["place"] for case in weather["hits"]] == ["Kubung"]
    assert [case["at"] for case in weather["false_alarms"]] == [
        (BEGAN + timedelta(hours=2)).isoformat().replace("+00:00", "Z")
    ]
    assert [case["place"] for case in weather["unmeasured"]] == ["Tigo Lurah"]
    assert (weather["pod"], weather["far"], weather["csi"], weather["lead_s"]) == (1.0, 0.5, 0.5, [1500.0])
    assert ([case["place"] for case in rivers["hits"]], rivers["median_lead_s"]) == (["AWLR 3"], 3600.0)


def test_kpi_marks_few_cases(server: RunningServer, console: CommandLineConsole):
    warn(server, "a", "KUBUNG", hours=0)
    console.run("sync")
    text = console.run("alarm", "kpi", *span())
    assert "Peringatan cuaca dibandingkan dengan hujan terukur" in text
    assert "1 dari 1, terlalu sedikit" in text


def test_kpi_has_no_cases_on_empty_console(tmp_path: Path, capsys):
    told = CommandLineConsole(tmp_path / "empty", capsys).json("alarm", "kpi", *span())
    assert (told["warnings"]["pod"], told["warnings"]["misses"], told["river_forecasts"]["csi"]) == (None, [], None)
