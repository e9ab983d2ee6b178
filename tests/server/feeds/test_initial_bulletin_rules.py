"""Initial bulletin rules of a server, and the one-time migration of rule tables from an older `feeds.toml`."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from support.bulletin_samples import PLACES, REGION, sample_earthquake
from support.readings_fixture import Clock
from support.wait import wait_until_true

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.drafts import raise_alarm
from tabuah.operations.bulletins.alarms import alarm_for_earthquake, alarm_for_volcano
from tabuah.operations.bulletins.bulletin import TALANG, KnownEarthquake, LevelStatement, Volcano
from tabuah.operations.bulletins.drafts import report_earthquake
from tabuah.operations.bulletins.rules import (
    BulletinRule,
    EarthquakeCondition,
    WarningCondition,
    default_bulletin_rules,
)
from tabuah.operations.feeds.cap_alert import CapSeverity
from tabuah.operations.levels import AlarmSeverity, VolcanoLevel
from tabuah.operations.rules.drafts import activate_rule, retire_rule
from tabuah.operations.subject_state import SubjectState
from tabuah.server.administration import write_initial_rules
from tabuah.server.errors import UnusableFeeds
from tabuah.server.feeds.bulletin_alarms import BulletinAlarms, ExpectedAlarm
from tabuah.server.feeds.initial_rules import write_initial_bulletin_rules
from tabuah.server.journal import ServerJournal
from tabuah.server.listen_address import ListenAddress
from tabuah.server.service import ServerService, ServerSettings
from tabuah.storage.journal.identifiers import new_uuid

NEAR = "[[earthquake_alarm]]\nname = 'gempa-dekat'\nseverity = 'attention'\nmagnitude = 3.0\nwithin_km = 20\n"
OWN = "[[earthquake_alarm]]\nname = 'gempa-padang'\nseverity = 'high'\nfelt_mmi = 4\nsource = 'Rapat'\n"
WEATHER = "[[warning_alarm]]\nname = 'hujan'\nseverity = 'high'\nseverities = ['Severe']\n"
FIRST = {rule.id for rule in default_bulletin_rules()}
VOLCANO = {rule_id for rule_id in FIRST if rule_id.startswith("gunung")}
STATEMENT = LevelStatement(
    level=VolcanoLevel.SIAGA, stated_at=Clock()(), source="PVMBG", told_by="ani", told_at=Clock()()
)
WARNING = {rule_id for rule_id in FIRST if rule_id.startswith("peringatan")}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    made = tmp_path / "server"
    made.mkdir()
    return made


@pytest.fixture
def journal(directory: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(directory, clock=Clock()) as journal:
        yield journal


def rules(journal: ServerJournal) -> dict[str, BulletinRule]:
    values = (state.value for state in journal.states_of_kind("bulletin_rule").values())
    return {value.id: value for value in values if isinstance(value, BulletinRule)}


def begin(journal: ServerJournal) -> set[str]:
    return set(write_initial_bulletin_rules(journal, actor="administrator"))


def test_initial_rules_are_written_once(journal: ServerJournal):
    assert write_initial_rules(journal) > 0
    assert rules(journal).keys() == FIRST
    assert begin(journal) == set()
    assert all(rule.version == 1 and rule.active and rule.source for rule in rules(journal).values())


def test_initial_rules_yield_to_configured_tables(journal: ServerJournal, directory: Path):
    (directory / "feeds.toml").write_text(NEAR + OWN)
    assert begin(journal) == {"gempa-dekat", "gempa-padang"} | WARNING | VOLCANO
    near, own = rules(journal)["gempa-dekat"], rules(journal)["gempa-padang"]
    assert (near.condition, near.severity) == (
        EarthquakeCondition(magnitude=3.0, within_km=20),
        AlarmSeverity.ATTENTION,
    )
    assert (own.condition, own.source, own.name) == (EarthquakeCondition(felt_mmi=4), "Rapat", "Gempa padang")


def test_initial_rules_respect_empty_kind(journal: ServerJournal, directory: Path):
    (directory / "feeds.toml").write_text("earthquake_alarm = []\n" + WEATHER)
    assert begin(journal) == {"hujan"} | VOLCANO
    assert rules(journal)["hujan"].condition == WarningCondition(severities=(CapSeverity.SEVERE,))


def test_initial_rules_log_migrated_and_ignored_tables(
    journal: ServerJournal, directory: Path, caplog: pytest.LogCaptureFixture
):
    (directory / "feeds.toml").write_text(NEAR)
    begin(journal)
    assert "migrated to the journal: gempa-dekat" in caplog.text
    caplog.clear()
    assert begin(journal) == set()
    assert "remove these tables: gempa-dekat" in caplog.text


def test_initial_rules_stay_away_after_migration(journal: ServerJournal, directory: Path):
    (directory / "feeds.toml").write_text(NEAR)
    begin(journal)
    (directory / "feeds.toml").unlink()
    assert begin(journal) == set()
    assert rules(journal).keys() == {"gempa-dekat"} | WARNING | VOLCANO


def test_initial_rules_migrate_later_tables(journal: ServerJournal, directory: Path):
    begin(journal)
    (directory / "feeds.toml").write_text(OWN + WEATHER)
    assert begin(journal) == {"gempa-padang", "hujan"}
    assert rules(journal).keys() == FIRST | {"gempa-padang", "hujan"}


def test_initial_rules_never_override_the_journal(journal: ServerJournal, directory: Path):
    (directory / "feeds.toml").write_text(NEAR + OWN)
    begin(journal)
    known = rules(journal)
    changed = msgspec.structs.replace(known["gempa-dekat"], condition=EarthquakeCondition(magnitude=4.0))
    journal.append_drafts(
        [activate_rule(changed, known=known["gempa-dekat"]), retire_rule(known["gempa-padang"], reason="salah")]
    )
    assert begin(journal) == set()
    assert rules(journal)["gempa-dekat"].condition == EarthquakeCondition(magnitude=4.0)
    assert not rules(journal)["gempa-padang"].active


def test_initial_rules_need_readable_file_without_rules(
    journal: ServerJournal, directory: Path, caplog: pytest.LogCaptureFixture
):
    file = directory / "feeds.toml"
    file.write_text("[[earthquake_alarm]\n")
    with pytest.raises(UnusableFeeds):
        begin(journal)
    assert rules(journal) == {}
    file.unlink()
    begin(journal)
    file.write_text("[[earthquake_alarm]\n")
    assert begin(journal) == set()
    assert "not migrated" in caplog.text


def test_initial_rules_keep_existing_volcano_alarm(journal: ServerJournal):
    begin(journal)
    known = Volcano(id=TALANG, name="Gunung Talang", statements=(STATEMENT,))
    wanted = alarm_for_volcano(known, rules(journal).values())
    assert wanted is not None
    before = msgspec.structs.replace(wanted, rule="gunung-api-naik")
    journal.append_drafts([raise_alarm(new_uuid(Clock()()), before, exercise=False)])
    alarms = BulletinAlarms(journal)
    alarms.load()
    assert alarms.update_alarms({before.parameter: ExpectedAlarm(wanted)}, Clock()()) == ()


def test_initial_rules_keep_existing_alarms(directory: Path):
    now = datetime.now(UTC)
    account = sample_earthquake(at=now)
    known = KnownEarthquake(id="bmkg-1", accounts=(account,), first_told_at=now, told_at=now)
    raised = alarm_for_earthquake(known, default_bulletin_rules(), region=REGION, own_places=PLACES, now=now)
    assert raised is not None
    with ServerJournal.open(directory) as journal:  # as left by a server with rules in a file
        journal.append_drafts(
            [
                report_earthquake("bmkg-1", account, exercise=False),
                raise_alarm(new_uuid(now), raised, exercise=False),
            ]
        )
    service = ServerService(
        ServerSettings(directory=directory, address=ListenAddress(port=0)), prepare=write_initial_rules
    )
    try:
        service.journal.append_drafts(
            [report_earthquake("bmkg-2", sample_earthquake(at=now, depth_km=30.0), exercise=False)]
        )
        wait_until_true(lambda: len(service.journal.states_of_kind("alarm")) == 2)  # both were evaluated
        assert all(alarm_is_active(state) for state in service.journal.states_of_kind("alarm").values())
    finally:
        service.close()


def alarm_is_active(state: SubjectState) -> bool:
    return isinstance(state.value, Alarm) and state.value.is_active
