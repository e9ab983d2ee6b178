"""Content of the wall view."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from support.sensor_samples import START as NOW

from tabuah.console.window.shell.wall_items import (
    overdue_limits,
    wall_alarms,
    wall_incidents,
    wall_limits,
    wall_sections,
    wall_units,
)
from tabuah.operations.codes import Severity
from tabuah.operations.tasks.due_clocks import DueClock, DueKind
from tabuah.operations.tasks.limit_stages import LimitStage, LimitState
from tabuah.operations.units.known_units import KnownUnit, UnitActivity
from tabuah.operations.units.unit import Unit, UnitKind, UnitState
from tabuah.widgets.alarms.values import AlarmItem
from tabuah.widgets.values import Level


def incident(severity: Severity, *, is_open: bool = True) -> Any:
    return SimpleNamespace(severity=severity, is_open=is_open, title="Bu Yanti 0812")


def unit(opd: str, state: UnitState = UnitState.AVAILABLE) -> KnownUnit:
    known = Unit(id="U", name="Regu", kind=UnitKind.AMBULANCE, opd=opd, state_at=NOW)
    return KnownUnit(activity=UnitActivity(unit=known, state=state, since=NOW), position=None)


def alarm(number: int, *, acknowledged: bool = False) -> AlarmItem:
    return AlarmItem(
        id=str(number),
        level=Level.HIGH,
        word="Tinggi",
        title=f"TMA {number}",
        details=("3,42 m", "sejak 14.21", "x"),
        acknowledged=acknowledged,
    )


def test_wall_shows_three_alarms_and_how_many_more():
    section = wall_alarms([alarm(1), alarm(2, acknowledged=True), alarm(3), alarm(4), alarm(5)])
    assert [line.text for line in section.lines] == ["TMA 1", "TMA 2", "TMA 3"]
    assert section.more == "2 lagi"
    assert section.lines[0].note == "3,42 m · sejak 14.21 · belum ditanggapi"
    assert section.lines[1].note == "3,42 m · sejak 14.21"


def test_wall_counts_open_incidents_by_severity_without_their_titles():
    found = [incident(Severity.MINOR), incident(Severity.CATASTROPHIC), incident(Severity.MINOR)]
    section = wall_incidents([*found, incident(Severity.SEVERE, is_open=False)])
    assert [(line.level, line.word) for line in section.lines] == [(Level.CRITICAL, "1"), (Level.INFORMATION, "2")]
    assert "Yanti" not in section.spoken


def test_wall_shows_offices_with_the_fewest_ready_units_first():
    units = [unit("BPBD"), unit("BPBD"), unit("Damkar", UnitState.UNAVAILABLE), *(unit(f"OPD {n}") for n in range(6))]
    section = wall_units(units, NOW)
    assert (section.lines[0].text, section.lines[0].word, section.lines[0].level) == (
        "Damkar",
        "0 dari 1",
        Level.HIGH,
    )
    assert len(section.lines) == 5
    assert section.more == "3 lagi"


def test_wall_says_that_there_is_nothing():
    for section in (wall_alarms([]), wall_incidents([]), wall_units([], NOW)):
        assert section.lines == ()
        assert section.empty in section.spoken


def limit(minutes_late: float, stage: LimitStage, *, step: int = 0, kind: DueKind = DueKind.RESPONSE) -> LimitState:
    due = DueClock(
        kind=kind,
        code="arrival",
        name="" if kind is DueKind.RESPONSE else "Telepon Bu Yanti 0812",
        started_at=NOW - timedelta(hours=3),
        due_at=NOW - timedelta(minutes=minutes_late),
        incident="i",
        task="" if kind is DueKind.RESPONSE else "t",
    )
    return LimitState(due=due, stage=stage, step=step)


def test_wall_names_the_two_worst_overdue_limits_and_their_number():
    states = [
        limit(-5, LimitStage.NEAR),
        limit(5, LimitStage.OVERDUE),
        limit(9, LimitStage.OVERDUE, kind=DueKind.CALL_BACK),
        limit(70, LimitStage.ESCALATED, step=1),
    ]
    incidents: Any = {"i": SimpleNamespace(number="SLK-7K3Q-0012")}
    section = wall_limits(overdue_limits(states), incidents, {}, NOW)
    assert [(line.level, line.text) for line in section.lines] == [
        (Level.CRITICAL, "Tiba di lokasi · SLK-7K3Q-0012"),
        (Level.HIGH, "Hubungi kembali · SLK-7K3Q-0012"),
    ]
    assert [line.word for line in section.lines] == ["1 jam", "9 mnt"]
    assert (section.title, section.more) == ("3 batas waktu lewat", "1 lagi")
    assert "Yanti" not in section.spoken


def test_wall_has_no_section_of_limits_without_an_overdue_one():
    alarms, units = [alarm(n) for n in range(4)], [unit(f"OPD {n}") for n in range(6)]
    without = wall_sections(alarms, {}, (), units, {}, NOW)
    late = overdue_limits([limit(5, LimitStage.OVERDUE)])
    with_limits = wall_sections(alarms, {}, late, units, {}, NOW)
    assert [len(section.lines) for section in without] == [3, 0, 5]
    assert [len(section.lines) for section in with_limits] == [2, 0, 1, 4]
