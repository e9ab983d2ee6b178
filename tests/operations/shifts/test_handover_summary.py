"""The summary of a handover lists what is open in one world, late things first."""

from datetime import timedelta

import msgspec
from support.sensor_samples import START as NOW
from support.sensor_samples import alarm
from support.window_values import incident

from tabuah.gis.places import Kecamatan
from tabuah.operations.codes import Hazard, Status
from tabuah.operations.disruptions.disruption import Disruption, DisruptionKind
from tabuah.operations.feeds.cap_alert import CapMessageType, CapScope, CapStatus
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.messages.alert import AlertWords, MessageAlert
from tabuah.operations.messages.message import Message, MessageChannel
from tabuah.operations.roster.entry_bodies import Crew
from tabuah.operations.shifts.duty_shift import Confirmation, DutyShift, Handover, Promise
from tabuah.operations.shifts.entry_bodies import PromiseOutcome
from tabuah.operations.shifts.handover_facts import MAX_ITEMS, FactGroup, FactKind
from tabuah.operations.shifts.handover_summary import (
    STALE_AFTER,
    HandoverSources,
    UnsyncedWork,
    summarise_handover,
)
from tabuah.operations.stations.station import Retirement
from tabuah.operations.tasks.task import OwnerKind, Task, TaskKind, TaskOwner, TaskStatus
from tabuah.operations.units.coverage import CoverageGap, KindCoverage
from tabuah.operations.units.known_units import UnitActivity
from tabuah.operations.units.unit import Unit, UnitKind, UnitState
from tabuah.text.code_labels import code_label
from tabuah.text.shifts.shift_text import group_lines, item_text, stale_facts_warning

HOUR = timedelta(hours=1)


def shift(**changes: object) -> DutyShift:
    first = DutyShift(
        id="s",
        crew=Crew(name="Regu A", supervisor="rina"),
        starts_at=NOW - 8 * HOUR,
        ends_at=NOW + 16 * HOUR,
        started_by="rina",
        started_at=NOW - 8 * HOUR,
    )
    return msgspec.structs.replace(first, **changes)


def facts(sources: HandoverSources, of: DutyShift | None = None) -> dict[str, FactGroup]:
    return {group.kind: group for group in summarise_handover(sources, of or shift(), NOW)}


def names(group: FactGroup) -> list[str]:
    return [item.name for item in group.items]


def test_every_kind_is_stated_also_where_nothing_is_open():
    found = facts(HandoverSources(incidents=(), alarms=()))
    assert list(found) == [kind for kind in FactKind if kind is not FactKind.COVERAGE_GAPS]
    assert all(group.count == 0 for group in found.values())


def test_open_incidents_are_listed_late_ones_first():
    late = incident(id="late", number="1", title="lama", hazard=Hazard.FIRE, reported_at=NOW - 3 * HOUR)
    new = incident(id="new", number="2", title="baru", hazard=Hazard.FIRE, reported_at=NOW)
    ended = incident(id="end", number="3", status=Status.CLOSED)
    found = facts(HandoverSources(incidents=(new, ended, late), alarms=()))
    assert names(found["open_incidents"]) == ["1 lama", "2 baru"]
    assert [item.is_late for item in found["open_incidents"].items] == [True, False]
    assert names(found["due_clocks"]) == ["1 lama", "2 baru"]
    assert "dieskalasi" in group_lines(found["due_clocks"], NOW)[0]
    assert "dieskalasi" not in group_lines(found["due_clocks"], NOW)[1]


def test_closed_roads_are_handed_over_until_they_are_open():
    def road(key: str, **changes: object) -> Disruption:
        place = IncidentPlace(lon_deg=100.65, lat_deg=-0.85, nagari="Koto Baru", kecamatan="Kubung")
        made = Disruption(
            id=key, kind=DisruptionKind.ROAD, name=key, place=place, began_at=NOW - HOUR, changed_at=NOW, source="PU"
        )
        return msgspec.structs.replace(made, **changes)

    late = road("late", expected_end=NOW - HOUR / 2)
    ended = road("ended", ended=Retirement(by="rina", at=NOW, reason="dibuka"))
    drill = road("drill", exercise=True, exercise_ref="latihan")
    found = facts(HandoverSources(incidents=(), alarms=(), disruptions=(late, ended, drill)))["disruptions"]
    assert names(found) == ["late"]
    assert "Koto Baru · Jalan · terlambat sejak" in item_text(found.items[0], found.kind, NOW)


def crew(unit_id: str, *, minutes: int, state: UnitState = UnitState.ON_SCENE) -> UnitActivity:
    """Return a unit that took its last step some minutes ago."""
    since = NOW - timedelta(minutes=minutes)
    unit = Unit(id=unit_id, name=f"Regu {unit_id}", kind=UnitKind.FIRE, opd="Damkar", state=state, state_at=since)
    return UnitActivity(unit=unit, state=state, since=since, missions=(incident(id="i", number="SLK-1"),))


def test_crews_on_missions_are_listed_overdue_ones_first():
    crews = (crew("A", minutes=10), crew("B", minutes=50), crew("C", minutes=90, state=UnitState.AVAILABLE))
    found = facts(HandoverSources(incidents=(), alarms=(), crews=crews))["crews"]
    assert [(item.ref, item.is_late) for item in found.items] == [("unit/B", True), ("unit/A", False)]
    late, _timely = group_lines(found, NOW)
    assert late.startswith(f"B Regu B · SLK-1 · {code_label(UnitState.ON_SCENE)} · ")


def coverage(kind: UnitKind, *gaps: str, units: int = 1) -> KindCoverage:
    missing = (Kecamatan(code=f"13.02.{n:02}", name=name, lon_deg=100.6, lat_deg=-0.8) for n, name in enumerate(gaps))
    return KindCoverage(
        kind=kind,
        within_m=None,
        units=units,
        ready=0,
        without_position=0,
        gaps=tuple(CoverageGap(kecamatan=each, nearest_m=None) for each in missing),
    )


def test_kecamatan_without_a_ready_unit_are_handed_over_by_kind():
    known = (
        coverage(UnitKind.FIRE, "Kubung", "Gunung Talang"),
        coverage(UnitKind.AMBULANCE, "Kubung"),
        coverage(UnitKind.SEARCH_RESCUE, "Kubung", units=0),
    )
    found = facts(HandoverSources(incidents=(), alarms=(), coverage=known))["coverage_gaps"]
    assert found.count == 3
    fire, ambulance = group_lines(found, NOW)
    assert fire == f"Tanpa {code_label(UnitKind.FIRE)} yang siap: Kubung, Gunung Talang"
    assert ambulance == f"Tanpa {code_label(UnitKind.AMBULANCE)} yang siap: Kubung"


def test_full_coverage_is_stated_as_an_empty_group():
    found = facts(HandoverSources(incidents=(), alarms=(), coverage=(coverage(UnitKind.FIRE),)))
    assert found["coverage_gaps"].count == 0


def test_alarms_are_unanswered_or_shelved_with_their_end():
    waits = alarm(id="waits", title="menunggu", raised_at=NOW - HOUR)
    shelved = alarm(id="shelved", title="ditunda", shelved_until=NOW + HOUR)
    answered = alarm(id="answered", acknowledged_at=NOW)
    cleared = alarm(id="cleared", cleared_at=NOW)
    found = facts(HandoverSources(incidents=(), alarms=(waits, shelved, answered, cleared)))
    assert names(found["unanswered_alarms"]) == ["menunggu"]
    assert found["unanswered_alarms"].items[0].due_at is not None
    (item,) = found["shelved_alarms"].items
    assert (item.name, item.due_at) == ("ditunda", NOW + HOUR)


def test_silent_sensors_are_named_once_and_feeds_apart():
    lost = alarm(
        id="1", station="SLK-1", cause="silence/SLK-1", silenced=("SLK-1", "SLK-2"), severity=AlarmSeverity.HIGH
    )
    again = alarm(id="2", station="SLK-2", cause="silence/SLK-2")
    feed = alarm(id="3", station="", parameter="feed/gempa", cause="link/gempa", title="BMKG · gempa")
    found = facts(HandoverSources(incidents=(), alarms=(lost, again, feed)))
    assert names(found["silent_sensors"]) == ["SLK-1", "SLK-2"]
    assert names(found["failed_feeds"]) == ["BMKG · gempa"]


def test_maintenance_is_listed_while_it_runs():
    window = MaintenanceWindow(
        id="m",
        stations=("SLK-1", "SLK-2"),
        since=NOW - HOUR,
        until=NOW + HOUR,
        reason="ganti aki",
        planned_by="rina",
        planned_at=NOW,
        exercise=False,
    )
    over = msgspec.structs.replace(window, id="o", until=NOW)
    found = facts(HandoverSources(incidents=(), alarms=(), maintenance=(window, over)))["maintenance"]
    assert [(item.name, item.due_at) for item in found.items] == [("SLK-1", NOW + HOUR), ("SLK-2", NOW + HOUR)]


def test_open_promises_of_earlier_shifts_are_handed_over():
    promise = Promise(entry="p", by="rina", at=NOW - HOUR, what="terpal", to="nagari", due_at=NOW - HOUR / 2)
    kept = msgspec.structs.replace(promise, entry="k", outcome=PromiseOutcome.DONE, ended_at=NOW)
    earlier = shift(id="before", promises=(promise, kept), closed_at=NOW - HOUR)
    found = facts(HandoverSources(incidents=(), alarms=(), shifts=(shift(), earlier)))
    (item,) = found["open_promises"].items
    assert (item.name, item.place, item.is_late) == ("terpal", "nagari", True)
    assert {each.code: each.count for each in found["changes"].items} == {"promises_ended": 1}


def test_open_tasks_are_handed_over_overdue_ones_first():
    owner = TaskOwner(kind=OwnerKind.OPD, name="Dinas PUPR")
    late = Task(
        id="t", incident="i", kind=TaskKind.ACTION, what="rambu", owner=owner, added_by="rina",
        added_at=NOW - HOUR, changed_at=NOW, due_at=NOW - HOUR / 2,
    )  # fmt: skip
    later = msgspec.structs.replace(late, id="u", what="jalan", kind=TaskKind.DISPOSITION, due_at=None)
    done = msgspec.structs.replace(late, id="d", outcome=TaskStatus.DONE, ended_at=NOW)
    drill = msgspec.structs.replace(late, id="x", exercise=True)
    found = facts(HandoverSources(incidents=(), alarms=(), tasks=(later, done, drill, late)))["open_tasks"]
    assert [(item.name, item.is_late, item.code) for item in found.items] == [
        ("rambu", True, "action"),
        ("jalan", False, "disposition"),
    ]


def test_each_world_is_handed_over_apart():
    drill = incident(id="drill", number="9", title="gladi", exercise=True, exercise_ref="x")
    real = incident(id="real", number="1", title="nyata")
    sources = HandoverSources(incidents=(drill, real), alarms=())
    assert names(facts(sources)["open_incidents"]) == ["1 nyata"]
    of_drill = shift(exercise=True, exercise_ref="x")
    assert names(facts(sources, of_drill)["open_incidents"]) == ["9 gladi"]


def test_changes_count_from_the_last_complete_handover():
    given = Confirmation(by="a", at=NOW, entry="e", device="d")
    handover = Handover(
        entry="h",
        version="h",
        by="a",
        at=NOW,
        as_of=NOW - 2 * HOUR,
        facts=(),
        content_hash="0" * 64,
        outgoing=given,
        incoming=given,
    )
    before = shift(id="before", handover=handover)
    old, new = (incident(id=str(n), reported_at=NOW - n * HOUR) for n in (3, 1))
    found = facts(HandoverSources(incidents=(old, new), alarms=(), shifts=(before, shift())))["changes"]
    assert [(item.code, item.count, item.since) for item in found.items] == [
        ("incidents_reported", 1, NOW - 2 * HOUR)
    ]


def test_unsynced_work_counts_what_this_desk_has():
    work = UnsyncedWork(pending=3, since=NOW, rejected=1)
    found = facts(HandoverSources(incidents=(), alarms=(), unsynced=work))["unsynced_work"]
    assert [(item.code, item.count) for item in found.items] == [("pending", 3), ("rejected", 1)]


def test_long_lists_are_cut_and_counted():
    many = [incident(id=str(n), number=str(n)) for n in range(MAX_ITEMS + 5)]
    found = facts(HandoverSources(incidents=many, alarms=()))["open_incidents"]
    assert (found.count, len(found.items)) == (MAX_ITEMS + 5, MAX_ITEMS)


def test_alarm_without_title_says_in_words_why_it_rings():
    measured = alarm(id="1", title="", parameter="stage_m", station="SLK-1")
    silent = alarm(id="2", title="", station="SLK-2", cause="silence/SLK-2")
    link = alarm(id="3", title="gerbang", station="", cause="link/gerbang")
    group = facts(HandoverSources(incidents=(), alarms=(measured, silent, link)))["unanswered_alarms"]
    lines = {item_text(item, group.kind, NOW).rpartition(" · ")[0] for item in group.items}
    assert lines == {
        "Tinggi muka air · SLK-1 · Kritis",
        "Tanpa data · SLK-2 · Kritis",
        "Sambungan terputus · gerbang · Kritis",
    }


def message(key: str, *, minutes: int, alert: MessageAlert | None = None, **changes: object) -> Message:
    received = Message(
        id=key,
        channel=MessageChannel.CAP if alert else MessageChannel.WHATSAPP,
        account="wa",
        received_at=NOW - timedelta(minutes=minutes),
        received_entry=f"{key}-entry",
        sent_at=NOW - timedelta(minutes=minutes),
        changed_at=NOW,
        alert=alert,
    )
    return msgspec.structs.replace(received, **changes)


def test_waiting_messages_are_listed_without_their_senders_alerts_first():
    words = AlertWords(identifier="A1", sender="pusdalops@example.org", headline="Hujan lebat\ndi hulu")
    alert = MessageAlert(
        status=CapStatus.ACTUAL, message=CapMessageType.ALERT, scope=CapScope.PUBLIC, sent=NOW, words=words
    )
    messages = (
        message("old", minutes=90),
        message("new", minutes=1),
        message("alert", minutes=2, alert=alert),
        message("done", minutes=90, automatic=True),
    )
    group = facts(HandoverSources(incidents=(), alarms=(), messages=messages))[FactKind.WAITING_MESSAGES]
    assert [(item.ref, item.name, item.is_late) for item in group.items] == [
        ("message/alert", "Hujan lebat di hulu", False),
        ("message/old", "", True),
        ("message/new", "", False),
    ]
    assert item_text(group.items[1], group.kind, NOW).startswith("WhatsApp · ")


def test_last_sync_is_stated_and_warns_when_it_is_old():
    recent, old = (
        HandoverSources(incidents=(), alarms=(), unsynced=UnsyncedWork(synced_at=NOW - age))
        for age in (STALE_AFTER, STALE_AFTER + timedelta(seconds=1))
    )
    assert facts(recent)[FactKind.UNSYNCED_WORK].items[0].since == NOW - STALE_AFTER
    assert stale_facts_warning(summarise_handover(recent, shift(), NOW), NOW) == ""
    assert stale_facts_warning(summarise_handover(old, shift(), NOW), NOW)


def test_console_without_a_server_has_no_last_sync():
    found = summarise_handover(HandoverSources(incidents=(), alarms=()), shift(), NOW)
    assert stale_facts_warning(found, NOW) == ""
