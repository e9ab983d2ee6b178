"""Jorong and landmark of a place: split from typed words, kept with a corrected place, new in version 3."""

import msgspec
import pytest
from support.judged_journal import JudgedJournal

from tabuah.operations.entries import Decision, Verdict
from tabuah.operations.incidents.drafts import edit_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.incidents.place import IncidentPlace, describe_place, keep_words, split_words
from tabuah.operations.policy.policy import NEWEST_VERSION, STRICT_VERSION

PLACE = IncidentPlace(lon_deg=100.6, lat_deg=-0.8, nagari_code="13.02.10.2001", nagari="Koto Baru")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ("", "")),
        ("dekat jembatan", ("", "dekat jembatan")),
        ("jorong Simpang", ("Simpang", "")),
        ("Jorong Koto Tuo, samping masjid", ("Koto Tuo", "samping masjid")),
        ("jorong Simpang DEKAT pasar", ("Simpang", "DEKAT pasar")),
        ("dusun Lokeng belakang SD", ("Lokeng", "belakang SD")),
        (", jorong", ("", "jorong")),
    ],
)
def test_words_after_a_nagari_are_jorong_and_landmark(text: str, words: tuple[str, str]):
    assert split_words(text, "Dusun") == words


def test_corrected_place_keeps_its_words_in_the_same_nagari():
    old = describe_place(PLACE, jorong="Simpang", landmark="dekat masjid")
    moved = msgspec.structs.replace(PLACE, lat_deg=-0.81)
    assert keep_words(moved, old) == msgspec.structs.replace(old, lat_deg=-0.81)
    assert keep_words(describe_place(moved, landmark="pasar"), old).landmark == "pasar"
    other = msgspec.structs.replace(moved, nagari_code="13.02.10.2002")
    assert keep_words(other, old) == other
    assert keep_words(moved, None) == moved


def test_place_without_landmark_is_encoded_as_before():
    assert b"landmark" not in msgspec.json.encode(PLACE)
    described = describe_place(PLACE, landmark="dekat masjid")
    assert msgspec.json.decode(msgspec.json.encode(described), type=IncidentPlace).landmark == "dekat masjid"
    assert describe_place(described, landmark="") == PLACE


@pytest.mark.parametrize("version", [STRICT_VERSION, NEWEST_VERSION])
def test_landmark_needs_the_newest_rules(version: int):
    room = JudgedJournal(decide_version=version)
    ani = room.author("ani")
    room.report(ani)
    body = IncidentEdited(place=describe_place(PLACE, landmark="dekat masjid"))
    decision = room.write(ani, edit_incident(room.incident(), body))
    is_newest = version == NEWEST_VERSION
    assert decision == (Decision(Verdict.ACCEPTED) if is_newest else Decision(Verdict.REJECTED, "malformed_body"))
