"""What a server takes for its rules about bulletins: the first ones, and tables of an older `feeds.toml`, once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from bulletin_samples import PLACES, REGION, quake
from readings_room import Clock
from waiting import until

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.gestures import raise_alarm
from tabuah.operations.bulletins.alarming import alarm_of_earthquake, alarm_of_volcano
from tabuah.operations.bulletins.default_rules import default_bulletin_rules
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.gestures import report_earthquake
from tabuah.operations.bulletins.rules import BulletinRule, Shaking, Warned
from tabuah.operations.bulletins.volcano import TALANG, LevelStatement, Volcano
from tabuah.operations.feeds.cap_values import CapSeverity
from tabuah.operations.levels import AlarmSeverity, VolcanoLevel
from tabuah.operations.rules.gestures import put_into_force, retire_rule
from tabuah.operations.subjects import SubjectState
from tabuah.server.administration import write_first_rules
from tabuah.server.errors import UnusableFeeds
from tabuah.server.feeds.alarms import BulletinAlarms, Wanted
from tabuah.server.feeds.first_rules import write_first_bulletin_rules
from tabuah.server.journal import ServerJournal
from tabuah.server.listening import Address
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
    return set(write_first_bulletin_rules(journal, actor="administrator"))


def test_a_new_server_begins_with_the_first_rules_and_writes_them_once(journal: ServerJournal):
    assert write_first_rules(journal) > 0
    assert rules(journal).keys() == FIRST
    assert begin(journal) == set()
    assert all(rule.version == 1 and rule.active and rule.source for rule in rules(journal).values())


def test_tables_of_a_sort_take_the_place_of_the_first_rules_of_that_sort(journal: ServerJournal, directory: Path):
    (directory / "feeds.toml").write_text(NEAR + OWN)
    assert begin(journal) == {"gempa-dekat", "gempa-padang"} | WARNING | VOLCANO
    near, own = rules(journal)["gempa-dekat"], rules(journal)["gempa-padang"]
    assert (near.condition, near.severity) == (Shaking(magnitude=3.0, within_km=20), AlarmSeverity.ATTENTION)
    assert (own.condition, own.source, own.name) == (Shaking(felt_mmi=4), "Rapat", "Gempa padang")


def test_a_file_that_wants_no_rules_of_a_sort_gets_none(journal: ServerJournal, directory: Path):
    (directory / "feeds.toml").write_text("earthquake_alarm = []\n" + WEATHER)
    assert begin(journal) == {"hujan"} | VOLCANO
    assert rules(journal)["hujan"].condition == Warned(severities=(CapSeverity.SEVERE,))


def test_it_says_what_it_has_taken_over_and_what_no_longer_counts(
    journal: ServerJournal, directory: Path, caplog: pytest.LogCaptureFixture
):
    (directory / "feeds.toml").write_text(NEAR)
    begin(journal)
    assert "taken over into the journal: gempa-dekat" in caplog.text
    caplog.clear()
    assert begin(journal) == set()
    assert "take these tables out: gempa-dekat" in caplog.text


def test_tables_that_are_taken_out_once_they_were_taken_over_bring_no_first_rules_back(
    journal: ServerJournal, directory: Path
):
    (directory / "feeds.toml").write_text(NEAR)
    begin(journal)
    (directory / "feeds.toml").unlink()
    assert begin(journal) == set()
    assert rules(journal).keys() == {"gempa-dekat"} | WARNING | VOLCANO


def test_a_table_that_somebody_adds_later_is_not_lost(journal: ServerJournal, directory: Path):
    begin(journal)
    (directory / "feeds.toml").write_text(OWN + WEATHER)
    assert begin(journal) == {"gempa-padang", "hujan"}
    assert rules(journal).keys() == FIRST | {"gempa-padang", "hujan"}


def test_the_journal_counts_and_no_table_brings_back_what_was_changed_or_retired(
    journal: ServerJournal, directory: Path
):
    (directory / "feeds.toml").write_text(NEAR + OWN)
    begin(journal)
    known = rules(journal)
    changed = msgspec.structs.replace(known["gempa-dekat"], condition=Shaking(magnitude=4.0))
    journal.append_own(
        [put_into_force(changed, known=known["gempa-dekat"]), retire_rule(known["gempa-padang"], reason="salah")]
    )
    assert begin(journal) == set()
    assert rules(journal)["gempa-dekat"].condition == Shaking(magnitude=4.0)
    assert not rules(journal)["gempa-padang"].active


def test_a_file_that_cannot_be_read_stops_only_a_server_that_might_lose_its_rules(
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
    assert "not taken over" in caplog.text


def test_a_volcano_that_was_up_before_levels_had_rules_is_not_raised_again(journal: ServerJournal):
    begin(journal)
    known = Volcano(id=TALANG, name="Gunung Talang", statements=(STATEMENT,))
    wanted = alarm_of_volcano(known, rules(journal).values())
    assert wanted is not None
    before = msgspec.structs.replace(wanted, rule="gunung-api-naik")
    journal.append_own([raise_alarm(new_uuid(Clock()()), before, exercise=False)])
    alarms = BulletinAlarms(journal)
    alarms.load()
    assert alarms.settle({before.parameter: Wanted(wanted)}, Clock()()) == ()


def test_a_server_that_begins_with_rules_ends_no_alarm_of_before(directory: Path):
    now = datetime.now(UTC)
    account = quake(at=now)
    known = KnownEarthquake(id="bmkg-1", accounts=(account,), first_told_at=now, told_at=now)
    raised = alarm_of_earthquake(known, default_bulletin_rules(), region=REGION, own_places=PLACES, now=now)
    assert raised is not None
    with ServerJournal.open(directory) as journal:  # as a server left it whose rules stood in a file
        journal.append_own(
            [
                report_earthquake("bmkg-1", account, exercise=False),
                raise_alarm(new_uuid(now), raised, exercise=False),
            ]
        )
    service = ServerService(ServerSettings(directory=directory, address=Address(port=0)), prepare=write_first_rules)
    try:
        service.journal.append_own([report_earthquake("bmkg-2", quake(at=now, depth_km=30.0), exercise=False)])
        until(lambda: len(service.journal.states_of_kind("alarm")) == 2)  # it has looked at both
        assert all(alarm_is_active(state) for state in service.journal.states_of_kind("alarm").values())
    finally:
        service.close()


def alarm_is_active(state: SubjectState) -> bool:
    return isinstance(state.value, Alarm) and state.value.is_active
