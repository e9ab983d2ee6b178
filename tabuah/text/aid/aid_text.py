"""Texts of the aid ledger, from values: quantities, places, lines, and the arithmetic of a balance."""

from collections.abc import Mapping
from typing import Final

from tabuah.operations.aid.aid_figures import AidFigure
from tabuah.operations.aid.aid_line import AidKind, AidLine, AidPlace, AidVersion
from tabuah.operations.aid.balance import AidBalance
from tabuah.operations.shelters.shelter import Shelter
from tabuah.resources.localisation import _, format_moment, format_number
from tabuah.text.code_labels import code_label
from tabuah.text.incidents.incident_text import nagari_text

_FIELDS: Final[dict[str, str]] = {
    "kind": "Kind",
    "item": "Aid item",
    "unit": "Unit of measure",
    "quantity": "Quantity",
    "place": "Place",
    "partner": "Office or organisation",
    "incident": "Incident",
    "note": "Note",
    "needed": "Need",
    "received": "Received",
    "distributed": "Distributed",
    "stock": "Stock",
    "shortage": "Shortage",
    "at": "Time",
    "reason": "Reason",
}


def aid_field_label(field: str) -> str:
    """Return the label of a field of a line or of a balance."""
    return _(_FIELDS[field])


def format_quantity(milli: int) -> str:
    """Return a quantity without zeros at the end: 1.200 or 12,5."""
    part = f"{abs(milli) % 1_000:03d}".rstrip("0")
    sign = "-" if milli < 0 else ""
    whole = format_number(abs(milli) // 1_000)
    separator = format_number(0.1, digits=1)[1]
    return f"{sign}{whole}{separator}{part}" if part else f"{sign}{whole}"


def describe_quantity(milli: int, unit: str) -> str:
    return f"{format_quantity(milli)} {unit}"


def describe_covered(figure: AidFigure) -> str:
    """Return the covered needs: "150 (75%)"; a dash where nothing was needed."""
    if figure.covered_share is None:
        return "–"
    share = format_number(100 * figure.covered_share)
    return f"{format_quantity(figure.covered_milli)} ({share}%)"


def describe_aid_place(place: AidPlace, shelters: Mapping[str, Shelter], numbers: Mapping[str, str]) -> str:
    """Return the place of a line.

    Args:
        place: the place.
        shelters: the known shelters by id.
        numbers: numbers of the known incidents by id.
    """
    if place.shelter:
        known = shelters.get(place.shelter)
        return known.name if known else _("Shelter {id}").format(id=place.shelter[:13])
    if place.nagari_code:
        return nagari_text(place.nagari or place.nagari_code)
    if place.incident:
        return numbers.get(place.incident, place.incident[:13])
    return _("Store of the regency")


def describe_line(line: AidLine) -> str:
    """Return what a line states: "Received 200 pieces of blankets"."""
    values = line.shown
    return f"{code_label(values.kind)} · {values.item} · {describe_quantity(values.quantity_milli, values.unit)}"


def describe_version(version: AidVersion) -> str:
    """Return one version of a line with its author and, for a correction, its reason."""
    values = version.values
    what = (
        f"{code_label(values.kind)} {describe_quantity(values.quantity_milli, values.unit)} {values.item}"
        if values
        else _("cancelled")
    )
    parts = (what, version.by, format_moment(version.written_at), version.reason)
    return " · ".join(filter(None, parts))


def describe_stock(balance: AidBalance) -> str:
    """Return how the stock is computed: "50 counted + 20 received - 10 distributed since = 60"."""
    stock = describe_quantity(balance.stock_milli, balance.unit)
    if balance.counted_milli is None or balance.counted_at is None:
        text = _("{received} received - {distributed} distributed = {stock}")
        return text.format(
            received=format_quantity(balance.received_milli),
            distributed=format_quantity(balance.distributed_milli),
            stock=stock,
        )
    change = balance.stock_milli - balance.counted_milli
    text = _("{counted} counted at {at}, {change} since = {stock}")
    return text.format(
        counted=format_quantity(balance.counted_milli),
        at=format_moment(balance.counted_at),
        change=("+" if change >= 0 else "") + format_quantity(change),
        stock=stock,
    )


def describe_shortage(balance: AidBalance) -> str:
    """Return how the shortage is computed: "100 needed - 30 distributed - 60 in stock = 10"."""
    text = _("{needed} needed - {distributed} distributed - {stock} in stock = {shortage}")
    return text.format(
        needed=format_quantity(balance.needed_milli),
        distributed=format_quantity(balance.distributed_milli),
        stock=format_quantity(max(0, balance.stock_milli)),
        shortage=describe_quantity(balance.shortage_milli, balance.unit),
    )


def describe_balance_problem(balance: AidBalance) -> str:
    """Return what is wrong with a balance: more given out than there was, or another count; empty if nothing."""
    parts = []
    if balance.stock_milli < 0:
        missing = describe_quantity(-balance.stock_milli, balance.unit)
        parts.append(_("{n} more distributed than received or counted").format(n=missing))
    if balance.missing_milli > 0:
        missing = describe_quantity(balance.missing_milli, balance.unit)
        parts.append(_("the count found {n} less than the lines before it").format(n=missing))
    elif balance.missing_milli < 0:
        surplus = describe_quantity(-balance.missing_milli, balance.unit)
        parts.append(_("the count found {n} more than the lines before it").format(n=surplus))
    return "; ".join(parts)


def partner_label(kind: AidKind) -> str:
    """Return what the office of a line is: who asked, gave, received or counted."""
    match kind:
        case AidKind.NEEDED:
            return _("Asked by")
        case AidKind.RECEIVED:
            return _("Received from")
        case AidKind.DISTRIBUTED:
            return _("Given to")
    return _("Counted by")
