"""Cards of the board: title, age, note and response clock."""

from datetime import timedelta

import msgspec
from support.window_values import NOW, incident, snapshot_with

from tabuah.console.window.incidents.board_cards import board_cards
from tabuah.operations.codes import Hazard, Status
from tabuah.operations.incidents.entry_bodies import Figures
from tabuah.operations.incidents.incident import Incident, Observation
from tabuah.resources.localisation import set_language
from tabuah.text.incidents.incident_text import board_summary, full_title, short_title
from tabuah.widgets.values import Level


def test_card_shows_hazard_place_age_and_note() -> None:
    (card,) = board_cards(snapshot_with(incident()), NOW)
    assert (card.title, card.place, card.age) == ("Banjir", "Nagari Koto Baru, Kubung · ± 3 km", "12 mnt")
    assert (card.group, card.note, card.level) == ("new", "Dilaporkan · Telepon", Level.HIGH)
    assert card.letter == "B"


def test_card_names_the_dead_missing_and_displaced() -> None:
    def stated(**figures: int) -> Incident:
        said = Observation(entry="e", at=NOW, actor="ani", source="PMI", figures=Figures(**figures))
        return incident(observations=(said,))

    (card,) = board_cards(snapshot_with(stated(deaths=2, missing=0, displaced_people=64, houses_minor=5)), NOW)
    assert card.note == "2 meninggal, 64 mengungsi · Dilaporkan · Telepon"
    (card,) = board_cards(snapshot_with(stated(deaths=0)), NOW)
    assert card.note == "Dilaporkan · Telepon"


def test_card_shortens_only_default_title() -> None:
    assert short_title(incident(title="Air masuk SDN 08")) == "Air masuk SDN 08"
    assert short_title(incident(title=full_title("Banjir", "Koto Baru"))) == "Banjir"


def test_card_of_fire_shows_response_clock() -> None:
    fire = incident(hazard=Hazard.FIRE, assignment=("Damkar",), status=Status.ASSIGNED)
    (card,) = board_cards(snapshot_with(fire), NOW)
    assert (card.note, card.overdue) == ("Damkar · 12 dari 15 mnt", False)
    (late,) = board_cards(snapshot_with(fire), NOW + timedelta(minutes=5))
    assert (late.note, late.overdue) == ("Damkar · 17 dari 15 mnt", True)
    assert board_summary([fire], NOW + timedelta(minutes=5)) == "1 terbuka · 1 lewat waktu"
    assert (card_group(fire), late.group) == ("assigned", "late")
    arrived = msgspec.structs.replace(fire, status=Status.ON_SCENE)
    assert not board_cards(snapshot_with(arrived), NOW + timedelta(hours=2))[0].overdue


def card_group(shown: Incident) -> str:
    return board_cards(snapshot_with(shown), NOW)[0].group


def test_ended_incident_leaves_board_after_day() -> None:
    closed = incident(status=Status.CLOSED)
    assert board_cards(snapshot_with(closed), NOW)[0].group == "ended"
    assert board_cards(snapshot_with(closed), NOW + timedelta(hours=25)) == ()


def test_texts_follow_chosen_language() -> None:
    set_language("en")
    (card,) = board_cards(snapshot_with(incident()), NOW)
    assert card.note == "Reported · Telephone"
