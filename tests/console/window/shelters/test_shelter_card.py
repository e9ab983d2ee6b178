"""The card of a shelter: a long history of counts is cut, and the card says so."""

from datetime import UTC, datetime, timedelta

import pytest

from tabuah.console.window.shelters.shelter_items import shelter_card
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.shelters.shelter import EvacueeCount, Evacuees, Shelter, ShelterKind

OPENED = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)


def shelter(counts: int) -> Shelter:
    return Shelter(
        id="s1",
        kind=ShelterKind.EVACUATION,
        name="SDN 03 Koto Baru",
        place=IncidentPlace(lon_deg=100.6, lat_deg=-0.9),
        opened_at=OPENED,
        changed_at=OPENED,
        counts=tuple(
            EvacueeCount(
                entry=f"e{n}",
                at=OPENED + timedelta(hours=n),
                actor="budi",
                source="petugas posko",
                evacuees=Evacuees(people=100 + n),
            )
            for n in range(counts)
        ),
    )


@pytest.mark.parametrize(("counts", "notice"), [(20, ""), (23, "3 pendataan lama tidak ditampilkan")])
def test_card_says_how_many_counts_are_left_out(counts: int, notice: str):
    card = shelter_card(shelter(counts), None, {}, {})
    assert notice in card.notice
    assert bool(notice) == ("pendataan lama" in card.notice)
    assert str(100 + counts - 1) in " ".join(fact.value for fact in card.facts)
