"""Impact in documents: a table with ranges and sources, or one sentence where nothing is known; and as a sheet."""

from tabuah.console.reports import document
from tabuah.console.reports.incident_columns import ColumnType, Value
from tabuah.console.reports.incident_report import LocalImpact
from tabuah.console.reports.performance_tables import FigureColumn, FigureTable
from tabuah.gis.queries.impact import ImpactFigure, ImpactKind
from tabuah.resources.localisation import _
from tabuah.text.map import impact as texts


def make_impact_blocks(local: LocalImpact | None) -> tuple[document.Block, ...]:
    """Return the block of an impact; none without a place."""
    if local is None:
        return ()
    heading = f"{_('Impact')} · {texts.describe_impact_area(local.area)}"
    if not local.impact.is_known:
        return (document.Prose(heading=heading, text=texts.describe_unknown_impact()),)
    return (
        document.DocumentTable(
            heading=heading,
            columns=(
                document.DocumentColumn(title=_("Item")),
                document.DocumentColumn(title=_("Inside"), width_mm=34, right=True),
                document.DocumentColumn(title=_("Range"), width_mm=34, right=True),
                document.DocumentColumn(title=_("Source"), width_mm=62),
            ),
            rows=tuple(document.Row(cells=_cells(figure)) for figure in local.impact.figures),
            note=texts.describe_impact_range_note(local.impact),
            together=True,
        ),
    )


def make_impact_table(local: LocalImpact) -> FigureTable:
    """Return the impact as a sheet of a workbook: numbers as numbers, an empty cell for what is not known."""
    return FigureTable(
        name=_("Impact"),
        columns=(
            FigureColumn(title=_("Item"), form=ColumnType.TEXT, width=22),
            FigureColumn(title=_("Inside"), form=ColumnType.DECIMAL, width=14),
            FigureColumn(title=_("At least"), form=ColumnType.DECIMAL, width=14),
            FigureColumn(title=_("At most"), form=ColumnType.DECIMAL, width=14),
            FigureColumn(title=_("Unit"), form=ColumnType.TEXT, width=10),
            FigureColumn(title=_("Source"), form=ColumnType.TEXT, width=34),
            FigureColumn(title=_("Note"), form=ColumnType.TEXT, width=60),
        ),
        rows=tuple(_row(figure) for figure in local.impact.figures),
    )


def _cells(figure: ImpactFigure) -> tuple[str, ...]:
    source = " · ".join(part for part in (texts.describe_impact_source(figure), *texts.impact_gaps(figure)) if part)
    return (
        texts.impact_label(figure.kind),
        texts.format_impact_amount(figure),
        texts.format_impact_range(figure),
        source,
    )


def _row(figure: ImpactFigure) -> tuple[Value, ...]:
    is_length = figure.kind is ImpactKind.ROADS

    def number(value: float | None) -> Value:
        if value is None:
            return None
        return round(value / 1000, 2) if is_length else round(value)

    unknown = () if figure.is_known else (texts.format_impact_amount(figure),)
    return (
        texts.impact_label(figure.kind),
        number(figure.amount),
        number(figure.low),
        number(figure.high),
        "km" if is_length else "",
        texts.describe_impact_source(figure),
        "; ".join((*unknown, *texts.impact_gaps(figure))),
    )
