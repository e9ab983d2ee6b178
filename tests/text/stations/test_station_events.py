"""The history of a station in words: authors, differences, reasons, pending entries."""

from datetime import UTC, datetime

import msgspec
from support.window_fixture import GAUGE

from tabuah.operations.entries import Draft, Entry, Verdict
from tabuah.operations.levels import RiverLevel
from tabuah.operations.stations.changes import StationChanges, ThresholdChange
from tabuah.operations.stations.drafts import change_station, register_station, restore_station, retire_station
from tabuah.operations.stations.station import Retirement
from tabuah.text.stations.station_events import describe_station_event, station_events

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)


def entry_of(draft: Draft, number: int) -> Entry:
    return Entry(
        id=f"e{number}",
        device="d",
        n=number,
        prev="",
        actor="admin",
        grant="",
        subject=draft.subject,
        kind=draft.kind,
        body=draft.body,
        at=AT,
    )


def test_station_events_are_in_words_with_the_newest_first() -> None:
    higher = msgspec.structs.replace(GAUGE.river, thresholds_m={RiverLevel.SIAGA_1: 3.5})
    after = msgspec.structs.replace(GAUGE, river=higher, owner="PUPR")
    retired = msgspec.structs.replace(GAUGE, retired=Retirement(by="admin", at=AT, reason="jembatan"))
    drafts = (
        register_station(GAUGE, by="budi"),
        change_station(GAUGE, after, reason="kajian"),
        retire_station(GAUGE, reason="jembatan"),
        restore_station(retired, reason="alat baru"),
    )
    change = ThresholdChange(
        entry="e2",
        by="admin",
        at=AT,
        reason="kajian",
        before={RiverLevel.SIAGA_1: 3.2},
        after={RiverLevel.SIAGA_1: 3.5},
    )
    pairs = [(entry_of(draft, n), Verdict.ACCEPTED) for n, draft in enumerate(drafts, start=1)]
    pairs[-1] = (pairs[-1][0], None)
    found = station_events(pairs, StationChanges(thresholds=(change,)))
    assert [event.id for event in found] == ["e4", "e3", "e2", "e1"]
    assert (found[3].by, found[3].text) == ("budi", "Didaftarkan")
    assert found[2].text == "Siaga 1 3,20 m → 3,50 m; Pemilik: PUPR"
    assert describe_station_event(found[1]) == "Dinonaktifkan · admin: jembatan"
    assert found[0].is_pending
    assert "belum dikonfirmasi" in describe_station_event(found[0])


def test_station_events_name_a_field_whose_difference_is_not_known() -> None:
    after = msgspec.structs.replace(GAUGE, lon_deg=100.7, lat_deg=-0.9)
    entry = entry_of(change_station(GAUGE, after, reason="GPS"), 1)
    (event,) = station_events([(entry, Verdict.ACCEPTED)], StationChanges())
    assert (event.text, event.reason) == ("Posisi", "GPS")


def test_station_events_leave_out_rejected_entries_and_show_unreadable_ones_by_kind() -> None:
    good = entry_of(retire_station(GAUGE, reason="x"), 1)
    bad = msgspec.structs.replace(good, id="e2", body=msgspec.Raw(b'{"reason": 5}'))
    found = station_events([(good, Verdict.REJECTED), (bad, Verdict.ACCEPTED)], StationChanges())
    assert [(event.id, event.text) for event in found] == [("e2", "station.retired")]
