"""Blocks of an incident document about relief: shelters with evacuees, and the balance of needs and aid."""

from collections.abc import Iterable, Mapping

from tabuah.console.reports import document, report_text
from tabuah.operations.aid.aid_line import AidLine
from tabuah.operations.aid.balance import AidBalance, aid_balances
from tabuah.operations.shelters.evacuees import evacuee_totals
from tabuah.operations.shelters.shelter import Shelter
from tabuah.resources.localisation import _
from tabuah.text.aid.aid_text import aid_field_label, describe_aid_place, format_quantity
from tabuah.text.code_labels import code_label
from tabuah.text.shelters.shelter_text import (
    describe_difference,
    describe_groups,
    describe_totals,
    shelter_field_label,
)

_ROWS_ON_A_PAGE = 30


def make_shelter_table(shelters: Iterable[Shelter]) -> document.DocumentTable | None:
    """Return the shelters of an incident with the newest count of each, open ones first; None without any."""
    listed = sorted(shelters, key=lambda each: (not each.is_open, each.name.casefold(), each.id))
    if not listed:
        return None
    return document.DocumentTable(
        heading=_("Shelters and posts"),
        columns=(
            document.DocumentColumn(title=shelter_field_label("name")),
            document.DocumentColumn(title=shelter_field_label("people"), width_mm=22, right=True),
            document.DocumentColumn(title=shelter_field_label("capacity"), width_mm=20, right=True),
            document.DocumentColumn(title=_("Groups"), width_mm=46),
            document.DocumentColumn(title=shelter_field_label("source"), width_mm=40),
        ),
        rows=tuple(_shelter_row(each) for each in listed),
        note=f"{_('Evacuees by the newest count of each place.')} {describe_totals(evacuee_totals(listed))}.",
        together=len(listed) <= _ROWS_ON_A_PAGE,
    )


def make_aid_table(
    lines: Iterable[AidLine], shelters: Mapping[str, Shelter], numbers: Mapping[str, str]
) -> document.DocumentTable | None:
    """Return the balances of needs and aid by item and place; None without lines."""
    balances = aid_balances(lines)
    if not balances:
        return None
    sums = ("needed", "received", "distributed", "stock", "shortage")
    return document.DocumentTable(
        heading=_("Needs and aid"),
        columns=(
            document.DocumentColumn(title=aid_field_label("item")),
            document.DocumentColumn(title=aid_field_label("place"), width_mm=32),
            *(document.DocumentColumn(title=aid_field_label(name), width_mm=19, right=True) for name in sums),
        ),
        rows=tuple(_aid_row(each, shelters, numbers) for each in balances),
        note=" ".join(
            (
                _(
                    "Stock: the newest count, with what was received and distributed since; without a count "
                    "received - distributed."
                ),
                _("Shortage: needed - distributed - stock. Places are not added up."),
            )
        ),
        together=len(balances) <= _ROWS_ON_A_PAGE,
    )


def _shelter_row(shelter: Shelter) -> document.Row:
    latest = shelter.latest
    state = "" if shelter.is_open else _("closed")
    name = "\n".join(filter(None, (shelter.name, " · ".join(filter(None, (code_label(shelter.kind), state))))))
    source = "\n".join((latest.source, report_text.format_day_and_time(latest.at))) if latest else ""
    cells = (
        name,
        report_text.format_count(shelter.people),
        report_text.format_count(shelter.capacity),
        "\n".join(filter(None, (describe_groups(latest.evacuees) if latest else "", describe_difference(shelter)))),
        source,
    )
    return document.Row(cells=tuple(cell or report_text.UNKNOWN for cell in cells))


def _aid_row(balance: AidBalance, shelters: Mapping[str, Shelter], numbers: Mapping[str, str]) -> document.Row:
    quantities = (
        balance.needed_milli,
        balance.received_milli,
        balance.distributed_milli,
        balance.stock_milli,
        balance.shortage_milli,
    )
    place = describe_aid_place(balance.place, shelters, numbers)
    return document.Row(cells=(f"{balance.item} ({balance.unit})", place, *map(format_quantity, quantities)))
