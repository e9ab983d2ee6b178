"""Rows and cards of balances and lines of the aid ledger, from values."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tabuah.operations.aid.aid_line import AidLine
from tabuah.operations.aid.balance import AidBalance
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.shelters.shelter import Shelter
from tabuah.resources.localisation import _, format_moment, format_number
from tabuah.text.aid.aid_text import (
    aid_field_label,
    describe_aid_place,
    describe_balance_problem,
    describe_line,
    describe_quantity,
    describe_shortage,
    describe_stock,
    describe_version,
    partner_label,
)
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercise_mark
from tabuah.widgets.controls.level_list import LevelLine
from tabuah.widgets.controls.record_dialog import RecordCard
from tabuah.widgets.values import FactItem, Level

_MOST_LINES: Final = 50  # in the card of a balance; the ledger has all
Shelters = Mapping[str, Shelter]
Numbers = Mapping[str, str]


def search_lines(lines: Iterable[AidLine], words: str, shelters: Shelters, numbers: Numbers) -> list[AidLine]:
    """Return the lines that have all words in their item, place, office or note."""
    wanted = words.casefold().split()
    if not wanted:
        return list(lines)
    found = []
    for line in lines:
        values = line.shown
        place = describe_aid_place(values.place, shelters, numbers)
        text = f"{values.item} {place} {values.partner} {values.note} {code_label(values.kind)}".casefold()
        if all(word in text for word in wanted):
            found.append(line)
    return found


def balance_rows(balances: Iterable[AidBalance], shelters: Shelters, numbers: Numbers) -> tuple[LevelLine, ...]:
    """Return the rows of balances, those with a shortage marked."""
    return tuple(
        LevelLine(
            id=each.key,
            level=balance_level(each),
            text=each.item,
            about=describe_aid_place(each.place, shelters, numbers),
            at=_("short of {n}").format(n=describe_quantity(each.shortage_milli, each.unit))
            if each.shortage_milli
            else "",
            author=_("stock {n}").format(n=describe_quantity(each.stock_milli, each.unit)),
            names=(each.item,),
        )
        for each in balances
    )


def balance_level(balance: AidBalance) -> Level:
    if balance.stock_milli < 0:
        return Level.HIGH
    return Level.ATTENTION if balance.shortage_milli or balance.missing_milli else Level.NORMAL


def balance_card(
    balance: AidBalance, lines: Sequence[AidLine], shelters: Shelters, numbers: Numbers, reasons: Mapping[str, str]
) -> RecordCard:
    """Return the card of a balance: sums, the arithmetic, and its lines, the newest first."""
    sums = (
        ("needed", balance.needed_milli),
        ("received", balance.received_milli),
        ("distributed", balance.distributed_milli),
    )
    facts = [
        (aid_field_label("place"), describe_aid_place(balance.place, shelters, numbers)),
        *((aid_field_label(name), describe_quantity(milli, balance.unit)) for name, milli in sums),
        (aid_field_label("stock"), describe_stock(balance)),
        (aid_field_label("shortage"), describe_shortage(balance)),
        *(
            (format_moment(line.current.at), f"{describe_line(line)} · {line.shown.partner or line.current.by}")
            for line in lines[:_MOST_LINES]
        ),
        (_("Older lines"), format_number(len(lines) - _MOST_LINES) if len(lines) > _MOST_LINES else ""),
    ]
    problem = describe_balance_problem(balance)
    return RecordCard(
        id=balance.key,
        title=balance.item,
        facts=_facts(facts),
        notice=problem[:1].upper() + problem[1:],
        reasons=reasons,
    )


def line_rows(
    lines: Iterable[AidLine], shelters: Shelters, numbers: Numbers, exercises: Mapping[str, Exercise]
) -> tuple[LevelLine, ...]:
    """Return the rows of lines; corrected and cancelled ones say so."""
    return tuple(
        LevelLine(
            id=line.id,
            level=line_level(line),
            text=describe_line(line),
            about=" · ".join(
                filter(
                    None,
                    (
                        describe_aid_place(line.shown.place, shelters, numbers),
                        line.shown.partner,
                        exercise_mark(line, exercises),
                    ),
                )
            ),
            at=format_moment(line.current.at),
            author=_state(line),
            names=(line.shown.item,),
        )
        for line in lines
    )


def line_level(line: AidLine) -> Level:
    if line.values is None:
        return Level.NO_DATA
    return Level.ATTENTION if line.is_overtaken else Level.INFORMATION


def line_card(line: AidLine, shelters: Shelters, numbers: Numbers, reasons: Mapping[str, str]) -> RecordCard:
    """Return the card of a line with all its versions, the one in force first."""
    values = line.shown
    facts = [
        (aid_field_label("quantity"), describe_quantity(values.quantity_milli, values.unit)),
        (aid_field_label("place"), describe_aid_place(values.place, shelters, numbers)),
        (aid_field_label("incident"), numbers.get(values.place.incident, "")),
        (partner_label(values.kind), values.partner),
        (aid_field_label("at"), format_moment(line.current.at)),
        (aid_field_label("note"), values.note),
        *(
            (_("Recorded") if not number else _("Correction {n}").format(n=number), describe_version(version))
            for number, version in reversed([*enumerate(line.versions)])
        ),
    ]
    notices = (
        _("Cancelled: it no longer counts.") if line.values is None else "",
        _("Two people corrected it at the same time. Check it.") if line.is_overtaken else "",
    )
    return RecordCard(
        id=line.id,
        title=f"{code_label(values.kind)}: {values.item}",
        facts=_facts(facts),
        notice=" ".join(filter(None, notices)),
        reasons=reasons,
    )


def _state(line: AidLine) -> str:
    if line.values is None:
        return _("cancelled")
    return _("corrected") if len(line.versions) > 1 else ""


def _facts(facts: Iterable[tuple[str, str]]) -> tuple[FactItem, ...]:
    return tuple(FactItem(label=label, value=value) for label, value in facts if value)
