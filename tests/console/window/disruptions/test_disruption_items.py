"""Rows and cards of disruptions: an overdue one says so, and an ended one states its end once."""

from datetime import UTC, datetime, timedelta

import msgspec
from support.window_fixture import KOTO_BARU

from tabuah.console.window.disruptions.disruption_items import disruption_card, disruption_items
from tabuah.operations.disruptions.disruption import Disruption, DisruptionKind
from tabuah.operations.stations.station import Retirement

NOW = datetime(2026, 12, 3, 6, 0, tzinfo=UTC)
ROAD = Disruption(id="r", kind=DisruptionKind.ROAD, name="Jalan Lolo", place=KOTO_BARU, began_at=NOW, changed_at=NOW)


def test_row_says_that_a_disruption_is_overdue():
    late = msgspec.structs.replace(ROAD, expected_end=NOW - timedelta(hours=1))
    due, overdue = disruption_items([ROAD, late], {}, NOW)
    assert (due.author, overdue.author) == ("", "lewat waktu")


def test_card_of_an_ended_disruption_states_the_end_once():
    ended = msgspec.structs.replace(ROAD, ended=Retirement(at=NOW, by="ani", reason="dibuka PU"))
    card = disruption_card(ended, None, {}, reasons={}, now=NOW)
    texts = [card.notice, *(fact.value for fact in card.facts)]
    assert sum("dibuka PU" in text for text in texts) == 1


def test_card_states_length_and_positions_of_a_line():
    line = tuple((100.6 + n * 0.01, -0.8) for n in range(500))
    card = disruption_card(msgspec.structs.replace(ROAD, line=line), None, {}, reasons={}, now=NOW)
    assert "555,4 km, 500 titik" in [fact.value for fact in card.facts]
