"""Impact in the report of an incident: table with sources, a sentence where nothing is known, chat text, sheet."""

from datetime import date

from support.flood_report import flood

from tabuah.console.reports.chat_text import make_chat_text
from tabuah.console.reports.document import DocumentTable, Prose
from tabuah.console.reports.impact_blocks import make_impact_blocks, make_impact_table
from tabuah.console.reports.incident_report import LocalImpact
from tabuah.gis.queries.impact import AreaImpact, ImpactFigure, ImpactKind, ImpactSource
from tabuah.operations.impact_areas import ImpactArea

SOURCE = ImpactSource(name="penduduk", dated_on=date(2026, 11, 12))
AREA = ImpactArea(centre_deg=(100.63, -0.8), radius_m=1_000.0)
NOT_KNOWN = tuple(ImpactFigure(kind=kind) for kind in ImpactKind)


def local(*figures: ImpactFigure) -> LocalImpact:
    own = {figure.kind: figure for figure in figures}
    shown = tuple(own.get(each.kind, each) for each in NOT_KNOWN)
    return LocalImpact(area=AREA, impact=AreaImpact(area_m2=3_140_000, margin_m=100, figures=shown))


PEOPLE = ImpactFigure(
    kind=ImpactKind.PEOPLE,
    amount=1_236.4,
    low=300,
    high=4_100,
    source=SOURCE,
    is_estimate=True,
    unknown_share=0.23,
)
ROADS = ImpactFigure(kind=ImpactKind.ROADS, amount=4_321.0, low=4_000.0, high=4_600.0, source=SOURCE)


def test_impact_table_states_range_source_and_gaps() -> None:
    (table,) = make_impact_blocks(local(PEOPLE, ROADS))
    assert isinstance(table, DocumentTable)
    assert "1 km" in table.heading
    people, schools, *_rest, roads = (row.cells for row in table.rows)
    assert people == (
        "Penduduk",
        "sekitar 1.240",
        "300–4.100",
        "penduduk, 12 Nov 2026 · tanpa data untuk 23 % wilayah",
    )
    assert schools == ("Sekolah", "belum diketahui", "", "")
    assert roads[1:3] == ("4,3 km", "4,0 km–4,6 km")


def test_impact_without_layers_is_one_sentence() -> None:
    (prose,) = make_impact_blocks(local())
    assert isinstance(prose, Prose)
    assert prose.text.startswith("Belum diketahui")
    assert make_impact_blocks(None) == ()


def test_impact_sheet_has_numbers_and_empty_cells() -> None:
    rows = make_impact_table(local(PEOPLE, ROADS)).rows
    assert rows[0][1:5] == (1_236, 300, 4_100, "")
    assert rows[1][1] is None
    assert rows[1][-1] == "belum diketahui"
    assert rows[-1][1:5] == (4.32, 4.0, 4.6, "km")


def test_chat_text_names_known_impact_only() -> None:
    event = flood()
    text = make_chat_text(event.report(impact=local(ROADS)))
    assert "Dampak (dalam radius 1 km): jalan 4,3 km" in text
    assert "Dampak" not in make_chat_text(event.report(impact=local()))
