"""The card of a balance with many lines, and the search of the ledger."""

from datetime import UTC, datetime, timedelta

from tabuah.console.window.aid.aid_items import balance_card, search_lines
from tabuah.operations.aid.aid_line import AidKind, AidLine, AidPlace, AidValues, AidVersion
from tabuah.operations.aid.balance import aid_balances

NOW = datetime(2026, 12, 3, 6, 0, tzinfo=UTC)


def line(number: int, *, item: str = "Selimut") -> AidLine:
    values = AidValues(kind=AidKind.NEEDED, item=item, unit="lembar", quantity_milli=1_000, place=AidPlace())
    at = NOW - timedelta(minutes=number)
    return AidLine(
        id=f"l{number}", versions=(AidVersion(entry=f"e{number}", values=values, by="ani", at=at, written_at=at),)
    )


def test_card_of_a_balance_shows_the_newest_lines_and_counts_the_others():
    lines = [line(n) for n in range(5_000)]
    (balance,) = aid_balances(lines)
    facts = balance_card(balance, lines, {}, {}, {}).facts
    assert len(facts) < 70
    assert (facts[-1].label, facts[-1].value) == ("Baris lebih lama", "4.950")
    few = balance_card(balance, lines[:50], {}, {}, {}).facts
    assert few[-1].label != "Baris lebih lama"


def test_search_without_words_finds_all_lines_and_with_words_those_that_have_them():
    lines = [line(1), line(2, item="Beras")]
    assert search_lines(lines, "  ", {}, {}) == lines
    assert search_lines(lines, "BERAS", {}, {}) == lines[1:]
