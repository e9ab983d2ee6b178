"""Station files: roles, decisions, and folds in any order."""

from datetime import timedelta

import msgspec
import pytest
from support.judged_journal import MORNING, Author, JudgedJournal
from support.station_file_samples import GAUGE, SUBJECT, registration_draft, sample_document

from tabuah.operations.attachments.prefetch import attachment_in, on_demand_attachments, prefetched_attachments
from tabuah.operations.entries import Draft, Entry, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.fold import fold
from tabuah.operations.people.roles import Role, may_see_attachments
from tabuah.operations.stations.drafts import attach_to_station, remove_from_station
from tabuah.operations.stations.entry_bodies import StationEdited
from tabuah.operations.stations.files import FileTopic, StationFile, StationFiles
from tabuah.operations.stations.station import Station
from tabuah.operations.subject_state import EMPTY, read_state, state_text
from tabuah.text.sync.entry_summary import describe_entry

ADDED = attach_to_station(GAUGE, sample_document(), topic=FileTopic.CALIBRATION)


@pytest.fixture
def room() -> JudgedJournal:
    room = JudgedJournal()
    room.write(room.author("admin", Role.ADMIN), registration_draft())
    return room


@pytest.fixture
def budi(room: JudgedJournal) -> Author:
    return room.author("budi", Role.FIELD)


def station_now(room: JudgedJournal) -> Station:
    value = room.states[SUBJECT].value
    assert isinstance(value, Station)
    return value


def add(room: JudgedJournal, author: Author, draft: Draft = ADDED) -> StationFile:
    assert room.write(author, draft).verdict is Verdict.ACCEPTED
    return station_now(room).files.added[-1]


def test_file_has_topic_author_and_time(room: JudgedJournal, budi: Author):
    taken_at = MORNING - timedelta(days=2)
    file = add(room, budi, attach_to_station(GAUGE, sample_document(), topic=FileTopic.KEYS, taken_at=taken_at))
    assert (file.topic, file.by, file.at, file.attachment) == (FileTopic.KEYS, "budi", taken_at, sample_document())
    assert read_state(state_text(room.states[SUBJECT])) == room.states[SUBJECT]
    assert prefetched_attachments(station_now(room)) == (sample_document(),)


def test_removed_file_keeps_its_first_reason(room: JudgedJournal, budi: Author):
    file = add(room, budi)
    room.write(budi, remove_from_station(station_now(room), file, reason=" salah pos "))
    room.write(room.author("ani"), remove_from_station(station_now(room), file, reason="dua kali"))
    files = station_now(room).files
    assert (files.kept, files.removed) == ((), (file,))
    assert (files.removals[file.entry].by, files.removals[file.entry].reason) == ("budi", "salah pos")
    assert (prefetched_attachments(station_now(room)), on_demand_attachments(station_now(room))) == (
        (),
        (sample_document(),),
    )


def test_removed_file_can_be_added_again(room: JudgedJournal, budi: Author):
    file = add(room, budi)
    room.write(budi, remove_from_station(station_now(room), file, reason="salah"))
    again = add(room, budi)
    assert station_now(room).files.kept == (again,)


def test_files_survive_station_edits(room: JudgedJournal, budi: Author):
    file = add(room, budi)
    forged = msgspec.structs.replace(GAUGE, name="AWLR Baru", files=station_now(room).files.with_file(file))
    body = encode_body(StationEdited(station=forged))
    room.write(room.author("sari", Role.ADMIN), Draft(subject=SUBJECT, kind="station.edited", body=body))
    assert (station_now(room).name, station_now(room).files.added) == ("AWLR Baru", (file,))


def test_station_without_files_encodes_as_before(room: JudgedJournal):
    """Otherwise a console that folds itself would get another state text than an older server."""
    assert b"files" not in state_text(room.states[SUBJECT])
    again = read_state(state_text(room.states[SUBJECT]))
    for station in (GAUGE, msgspec.structs.replace(GAUGE, files=StationFiles())):
        draft = Draft(subject=SUBJECT, kind="station.edited", body=encode_body(StationEdited(station=station)))
        edited = fold(again, room.entry(room.author("sari", Role.ADMIN), draft), Verdict.ACCEPTED, text="")
        assert b"files" not in state_text(edited)


def test_file_and_removal_fold_in_any_order(room: JudgedJournal):
    ani = room.author("ani")
    adding = room.entry(ani, ADDED)
    file = StationFile(entry=adding.id, by="ani", at=adding.at, attachment=sample_document())
    removing = room.entry(ani, remove_from_station(GAUGE, file, reason="salah"))
    states = [folded(room, (adding, removing)), folded(room, (removing, adding))]
    assert states[0] == states[1]
    assert states[0].files.kept == ()


def folded(room: JudgedJournal, entries: tuple[Entry, ...]) -> Station:
    state = room.states[SUBJECT]
    for entry in entries:
        state = fold(state, entry, Verdict.ACCEPTED, text="")
    assert isinstance(state.value, Station)
    return state.value


@pytest.mark.parametrize(
    ("role", "may_add", "may_remove"),
    [
        *((Role.OPERATOR, True, True), (Role.SUPERVISOR, True, True), (Role.ADMIN, True, True)),
        *((Role.VIEWER, False, False), (Role.AUDITOR, False, False), (Role.GATEWAY, False, False)),
    ],
)
def test_workers_and_administrators_manage_station_files(
    room: JudgedJournal, budi: Author, role: Role, may_add: bool, may_remove: bool
):
    file, other = add(room, budi), room.author("lain", role)
    removal = remove_from_station(station_now(room), file, reason="lama")
    assert room.write(other, ADDED).reason == ("" if may_add else "role_forbids")
    assert room.write(other, removal).reason == ("" if may_remove else "role_forbids")


def test_field_office_removes_only_own_files(room: JudgedJournal, budi: Author):
    own, others = add(room, budi), add(room, room.author("ani"))
    assert room.write(budi, remove_from_station(GAUGE, others, reason="x")).reason == "attachment_of_another"
    assert room.write(budi, remove_from_station(GAUGE, own, reason="x")).verdict is Verdict.ACCEPTED
    assert station_now(room).files.kept == (others,)


def test_file_of_unknown_station_is_rejected(budi: Author):
    empty = JudgedJournal()
    author = empty.author("ani")
    assert empty.write(author, ADDED).verdict is not Verdict.ACCEPTED
    file = StationFile(entry="x", by="ani", at=MORNING, attachment=sample_document())
    assert empty.write(author, remove_from_station(GAUGE, file, reason="x")).verdict is not Verdict.ACCEPTED
    assert fold(EMPTY, empty.entry(author, ADDED), Verdict.ACCEPTED, text="").value is None


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("station.attachment_added", {"attachment": {"sha256": "x", "name": "a", "media_type": "b", "size": 1}}),
        ("station.attachment_added", {"topic": "rahasia"}),
        ("station.attachment_removed", {"entry": "x", "reason": ""}),
        ("station.attachment_removed", {"entry": "", "reason": "x"}),
    ],
)
def test_malformed_file_body_is_rejected(room: JudgedJournal, budi: Author, kind: str, body: dict[str, object]):
    draft = Draft(subject=SUBJECT, kind=kind, body=msgspec.Raw(msgspec.json.encode(body)))
    entry = room.entry(budi, draft)
    assert room.judge(entry).reason == "malformed_body"
    assert attachment_in(entry) is None


def test_file_removal_needs_a_reason(room: JudgedJournal, budi: Author):
    with pytest.raises(NotPossible, match="no_removal_reason"):
        remove_from_station(GAUGE, add(room, budi), reason="  ")


def test_administrators_see_station_files_not_incident_photos():
    assert may_see_attachments(Role.ADMIN, "station")
    assert not may_see_attachments(Role.ADMIN, "incident")
    assert not may_see_attachments(Role.VIEWER, "station")


def test_file_entries_have_summaries(room: JudgedJournal, budi: Author):
    file = StationFile(entry="x", by="budi", at=MORNING, attachment=sample_document())
    for draft in (ADDED, remove_from_station(GAUGE, file, reason="salah")):
        assert "." not in describe_entry(room.entry(budi, draft))
