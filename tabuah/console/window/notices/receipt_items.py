"""The rows, the search and the card of the window of receipts, from values."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from tabuah.operations.entries import subject_of
from tabuah.resources.localisation import _, format_moment, format_number, format_recent_moment
from tabuah.storage.journal.notices_protocol import NoticeReceipt
from tabuah.text.notices.notice_text import delivery_state_label, occasion_label
from tabuah.text.notices.receipt_text import describe_receipt_state
from tabuah.widgets.controls.level_list import LevelLine
from tabuah.widgets.controls.record_dialog import RecordCard
from tabuah.widgets.values import FactItem, Level

_LEVELS = {
    "failed": Level.HIGH,
    "waiting": Level.INFORMATION,
    "accepted": Level.NORMAL,
    "cancelled": Level.NO_DATA,
}
_ALARM = subject_of("alarm", "")


def search_receipts(receipts: Iterable[NoticeReceipt], words: str) -> list[NoticeReceipt]:
    """Return the receipts that have all words in contact, channel, title, occasion or reason."""
    wanted = words.casefold().split()
    return [each for each in receipts if all(word in _searched(each) for word in wanted)]


def receipt_items(receipts: Iterable[NoticeReceipt], now: datetime) -> tuple[LevelLine, ...]:
    """Return the rows of receipts, in order."""
    return tuple(
        LevelLine(
            id=str(each.id),
            level=receipt_level(each),
            text=f"{each.contact_name} · {each.channel}",
            about=each.title,
            at=format_recent_moment(each.created_at, now, zone=False),
            author=_short_state(each, now),
            names=(each.contact_name, each.title),
        )
        for each in receipts
    )


def receipt_card(receipt: NoticeReceipt, *, reasons: Mapping[str, str]) -> RecordCard:
    """Return the card of a receipt; `reasons` say by the code of an act why it is not available."""
    has_failed = receipt.state == "failed"
    error = receipt.error or (_("No reason is recorded.") if has_failed else "")
    facts = [
        (_("State"), _state(receipt), Level.HIGH if has_failed else None),
        (_("Reason"), error, Level.HIGH if has_failed else None),
        (_("Contact"), receipt.contact_name, None),
        (_("Address"), receipt.address, None),
        (_("Channel"), receipt.channel, None),
        (_("Occasion"), occasion_label(receipt.occasion), None),
        (_("Written"), format_moment(receipt.created_at), None),
        (_("Attempts"), format_number(receipt.attempts), None),
        (_("Receipt"), receipt.receipt, None),
        (_("Changed by"), receipt.changed_by, None),
    ]
    return RecordCard(
        id=str(receipt.id),
        title=receipt.title,
        facts=tuple(FactItem(label=label, value=value, level=level) for label, value, level in facts if value),
        reasons=reasons,
    )


def receipt_level(receipt: NoticeReceipt) -> Level:
    """Return the level of a row: high for a failed message, attention for one that is tried again."""
    if receipt.state == "waiting" and receipt.attempts:
        return Level.ATTENTION
    return _LEVELS.get(receipt.state, Level.NO_DATA)


def alarm_subject(receipt: NoticeReceipt) -> str:
    """Return the first alarm that a message is about, such as `alarm/ID`; empty if there is none."""
    return next((each for each in receipt.subjects if each.startswith(_ALARM)), "")


def _state(receipt: NoticeReceipt) -> str:
    return describe_receipt_state(
        receipt.state,
        attempts=receipt.attempts,
        due_at=receipt.due_at,
        ended_at=receipt.ended_at,
        acknowledged_at=receipt.acknowledged_at,
    )


def _short_state(receipt: NoticeReceipt, now: datetime) -> str:
    if receipt.acknowledged_at is None:
        return delivery_state_label(receipt.state)
    moment = format_recent_moment(receipt.acknowledged_at, now, zone=False)
    return _("confirmed {moment}").format(moment=moment)


def _searched(receipt: NoticeReceipt) -> str:
    parts = (receipt.contact_name, receipt.channel, receipt.title, occasion_label(receipt.occasion), receipt.error)
    return " ".join((*parts, delivery_state_label(receipt.state))).casefold()
