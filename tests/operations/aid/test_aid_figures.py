"""Needs and aid of incidents by item: needed, covered, open, stock, and the incidents behind each number."""

from support.judged_journal import KOTO_BARU, MORNING

from tabuah.operations.aid.aid_figures import AidFigure, AidLedger, aid_figures
from tabuah.operations.aid.aid_line import AidKind, AidLine, AidPlace, AidValues, AidVersion
from tabuah.operations.shelters.shelter import Shelter, ShelterKind

NEEDED, RECEIVED, DISTRIBUTED, COUNTED = AidKind.NEEDED, AidKind.RECEIVED, AidKind.DISTRIBUTED, AidKind.COUNTED
ALL = {key: key for key in ("a", "b", "c")}


def line(kind: AidKind, quantity: int, *, incident: str = "", shelter: str = "", item: str = "Selimut") -> AidLine:
    place = AidPlace(shelter=shelter, incident=incident)
    values = AidValues(kind=kind, item=item, unit="lembar", quantity_milli=quantity * 1_000, place=place)
    version = AidVersion(entry="e", by="ani", at=MORNING, written_at=MORNING, values=values)
    return AidLine(id=f"{kind}{quantity}{incident}{shelter}{item}", versions=(version,))


def shelter(key: str, incident: str) -> Shelter:
    return Shelter(
        id=key, name=key, kind=ShelterKind.EVACUATION, place=KOTO_BARU, opened_at=MORNING, changed_at=MORNING,
        incident=incident,
    )  # fmt: skip


def figures(*lines: AidLine, counts_as: dict[str, str] | None = None, shelters: tuple[Shelter, ...] = ()):
    ledger = AidLedger(lines=lines, shelters={each.id: each for each in shelters})
    return aid_figures(ledger, ALL if counts_as is None else counts_as)


def amounts(figure: AidFigure) -> tuple[int, int, int, int]:
    found = (figure.needed_milli, figure.covered_milli, figure.open_milli, figure.stock_milli)
    return tuple(amount // 1_000 for amount in found)  # type: ignore[return-value]


def test_needs_are_covered_by_distribution_and_stock_of_their_place():
    [found] = figures(
        line(NEEDED, 100, incident="a"), line(RECEIVED, 80, incident="a"), line(DISTRIBUTED, 50, incident="a")
    )
    assert amounts(found) == (100, 80, 20, 30)
    assert found.covered_share == 0.8


def test_surplus_at_one_incident_covers_no_need_at_another_one():
    [found] = figures(line(NEEDED, 10, incident="a"), line(COUNTED, 50, incident="b"))
    assert amounts(found) == (10, 0, 10, 50)
    assert (found.needing, found.short, found.holding) == (("a",), ("a",), ("b",))
    assert sorted(found.ids) == ["a", "b"]


def test_transfer_between_places_of_an_incident_is_in_one_stock_only():
    place = shelter("s", "a")
    lines = (
        *(line(RECEIVED, 40, incident="a"), line(DISTRIBUTED, 40, incident="a")),
        *(line(RECEIVED, 40, shelter="s"), line(NEEDED, 60, shelter="s")),
    )
    [found] = figures(*lines, shelters=(place,))
    assert amounts(found) == (60, 40, 20, 40)
    assert found.ids == ("a",)


def test_lines_of_other_incidents_and_of_the_store_are_left_out():
    lines = (line(NEEDED, 10, incident="x"), line(RECEIVED, 10), line(NEEDED, 5, incident="a", item="Air"))
    assert [each.item for each in figures(*lines)] == ["Air"]
    assert figures() == ()


def test_merged_incident_counts_as_its_target():
    [found] = figures(line(NEEDED, 10, incident="b"), line(NEEDED, 5, incident="a"), counts_as={"a": "a", "b": "a"})
    assert (amounts(found)[0], found.needing) == (15, ("a",))


def test_items_with_open_needs_come_first():
    lines = (line(NEEDED, 1, incident="a", item="Tikar"), line(COUNTED, 9, incident="a", item="Beras"))
    assert [each.item for each in figures(*lines)] == ["Tikar", "Beras"]
    assert figures(*lines)[1].covered_share is None
