"""Photos and documents of stations: who adds and removes them, and what their entries fold to in any order."""

from datetime import timedelta

import msgspec
import pytest
from room import MORNING, Author, Room
from station_files_samples import GAUGE, SUBJECT, registration, sheet

from tabuah.operations.attaching import at_hand, attached_by, put_away
from tabuah.operations.authority.roles import Role, may_see_attachments
from tabuah.operations.bodies import encode_body
from tabuah.operations.entries import Draft, Entry, Verdict
from tabuah.operations.errors import NotPossible
from tabuah.operations.folding import fold
from tabuah.operations.stations.bodies import StationEdited
from tabuah.operations.stations.files import FileTopic, StationFile, StationFiles
from tabuah.operations.stations.gestures import attach_to_station, remove_from_station
from tabuah.operations.stations.station import Station
from tabuah.operations.subjects import EMPTY, read_state, state_text
from tabuah.operations.telling import entry_words

ADDED = attach_to_station(GAUGE, sheet(), topic=FileTopic.CALIBRATION)


@pytest.fixture
def room() -> Room:
    room = Room()
    room.write(room.author("admin", Role.ADMIN), registration())
    return room


@pytest.fixture
def budi(room: Room) -> Author:
    return room.author("budi", Role.FIELD)


def station_now(room: Room) -> Station:
    value = room.states[SUBJECT].value
    assert isinstance(value, Station)
    return value


def add(room: Room, author: Author, draft: Draft = ADDED) -> StationFile:
    assert room.write(author, draft).verdict is Verdict.ACCEPTED
    return station_now(room).files.added[-1]


def test_a_file_says_what_it_is_about_who_added_it_and_when(room: Room, budi: Author):
    taken_at = MORNING - timedelta(days=2)
    file = add(room, budi, attach_to_station(GAUGE, sheet(), topic=FileTopic.KEYS, taken_at=taken_at))
    assert (file.topic, file.by, file.at, file.attachment) == (FileTopic.KEYS, "budi", taken_at, sheet())
    assert read_state(state_text(room.states[SUBJECT])) == room.states[SUBJECT]
    assert at_hand(station_now(room)) == (sheet(),)


def test_a_removed_file_stays_with_the_reason_and_the_first_word_stands(room: Room, budi: Author):
    file = add(room, budi)
    room.write(budi, remove_from_station(station_now(room), file, reason=" salah pos "))
    room.write(room.author("ani"), remove_from_station(station_now(room), file, reason="dua kali"))
    files = station_now(room).files
    assert (files.kept, files.removed) == ((), (file,))
    assert (files.removals[file.entry].by, files.removals[file.entry].reason) == ("budi", "salah pos")
    assert (at_hand(station_now(room)), put_away(station_now(room))) == ((), (sheet(),))


def test_the_same_file_can_be_added_again_after_it_was_removed(room: Room, budi: Author):
    file = add(room, budi)
    room.write(budi, remove_from_station(station_now(room), file, reason="salah"))
    again = add(room, budi)
    assert station_now(room).files.kept == (again,)


def test_files_outlive_the_editing_of_their_station_and_come_by_no_other_entry(room: Room, budi: Author):
    file = add(room, budi)
    forged = msgspec.structs.replace(GAUGE, name="AWLR Baru", files=station_now(room).files.with_file(file))
    body = encode_body(StationEdited(station=forged))
    room.write(room.author("sari", Role.ADMIN), Draft(subject=SUBJECT, kind="station.edited", body=body))
    assert (station_now(room).name, station_now(room).files.added) == ("AWLR Baru", (file,))


def test_a_station_without_files_is_written_as_before_there_were_any(room: Room):
    """Else a console that folds for itself would come to another text than a server of before."""
    assert b"files" not in state_text(room.states[SUBJECT])
    again = read_state(state_text(room.states[SUBJECT]))
    for station in (GAUGE, msgspec.structs.replace(GAUGE, files=StationFiles())):
        draft = Draft(subject=SUBJECT, kind="station.edited", body=encode_body(StationEdited(station=station)))
        edited = fold(again, room.entry(room.author("sari", Role.ADMIN), draft), Verdict.ACCEPTED, text="")
        assert b"files" not in state_text(edited)


def test_it_does_not_matter_whether_a_file_or_its_removal_is_folded_first(room: Room):
    ani = room.author("ani")
    adding = room.entry(ani, ADDED)
    file = StationFile(entry=adding.id, by="ani", at=adding.at, attachment=sheet())
    removing = room.entry(ani, remove_from_station(GAUGE, file, reason="salah"))
    states = [folded(room, (adding, removing)), folded(room, (removing, adding))]
    assert states[0] == states[1]
    assert states[0].files.kept == ()


def folded(room: Room, entries: tuple[Entry, ...]) -> Station:
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
def test_who_works_and_who_sets_stations_up_keeps_their_files(
    room: Room, budi: Author, role: Role, may_add: bool, may_remove: bool
):
    file, other = add(room, budi), room.author("lain", role)
    removal = remove_from_station(station_now(room), file, reason="lama")
    assert room.write(other, ADDED).reason == ("" if may_add else "role_forbids")
    assert room.write(other, removal).reason == ("" if may_remove else "role_forbids")


def test_a_field_office_removes_only_what_it_has_added(room: Room, budi: Author):
    own, others = add(room, budi), add(room, room.author("ani"))
    assert room.write(budi, remove_from_station(GAUGE, others, reason="x")).reason == "attachment_of_another"
    assert room.write(budi, remove_from_station(GAUGE, own, reason="x")).verdict is Verdict.ACCEPTED
    assert station_now(room).files.kept == (others,)


def test_nothing_hangs_on_a_station_that_is_not_known(budi: Author):
    empty = Room()
    author = empty.author("ani")
    assert empty.write(author, ADDED).verdict is not Verdict.ACCEPTED
    file = StationFile(entry="x", by="ani", at=MORNING, attachment=sheet())
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
def test_a_body_that_is_none_is_refused(room: Room, budi: Author, kind: str, body: dict[str, object]):
    draft = Draft(subject=SUBJECT, kind=kind, body=msgspec.Raw(msgspec.json.encode(body)))
    entry = room.entry(budi, draft)
    assert room.judge(entry).reason == "malformed_body"
    assert attached_by(entry) is None


def test_removing_needs_a_reason(room: Room, budi: Author):
    with pytest.raises(NotPossible, match="alasan"):
        remove_from_station(GAUGE, add(room, budi), reason="  ")


def test_administrators_see_what_hangs_on_stations_and_no_photos_of_incidents():
    assert may_see_attachments(Role.ADMIN, "station")
    assert not may_see_attachments(Role.ADMIN, "incident")
    assert not may_see_attachments(Role.VIEWER, "station")


def test_trays_and_histories_name_what_was_done(room: Room, budi: Author):
    file = StationFile(entry="x", by="budi", at=MORNING, attachment=sheet())
    for draft in (ADDED, remove_from_station(GAUGE, file, reason="salah")):
        assert "." not in entry_words(room.entry(budi, draft))
