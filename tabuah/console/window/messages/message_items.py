"""Messages as the window shows them: filters, rows and the chosen message."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from tabuah.console.messages.message_records import MessageRow, make_message_row, state_of
from tabuah.operations.exercises.scope import ExerciseScope
from tabuah.operations.incidents.search_query import fold
from tabuah.operations.messages.message import Message, MessageChannel
from tabuah.operations.messages.waiting_list import WaitingTime, sort_for_work, waiting_age, waiting_time
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import _, format_age, format_moment, format_number, format_recent_moment, ngettext
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercises_by_id
from tabuah.text.facts import Facts
from tabuah.text.messages.alert_text import alert_facts, alert_title, describe_alert_codes
from tabuah.text.messages.answer_text import describe_answer, describe_refusal
from tabuah.text.messages.message_text import (
    describe_attachments,
    describe_closing,
    describe_repeats,
    describe_state,
    message_field_label,
)
from tabuah.text.people.permissions import role_refusal
from tabuah.widgets.controls.filtered_list_dialog import ChosenItem
from tabuah.widgets.controls.level_list import LevelLine
from tabuah.widgets.messages.values import MessageAct, MessageFilters
from tabuah.widgets.values import FactItem, Level

ALL: Final = "all"
WAITING: Final = "waiting"
ANSWERED: Final = "answered"
MAX_SHOWN: Final = 500
LEVEL_OF_WAITING: Final[Mapping[WaitingTime, Level]] = {
    WaitingTime.SHORT: Level.INFORMATION,
    WaitingTime.LATE: Level.ATTENTION,
    WaitingTime.OVERDUE: Level.HIGH,
}
_WRITING: Final[Mapping[MessageAct, str]] = {
    MessageAct.REPORT: "incident.reported",
    MessageAct.REPORT_WITH_TEXT: "incident.reported",
    MessageAct.ANSWER: "message.answered",
    MessageAct.WITHDRAW: "message.answer_withdrawn",
    MessageAct.JOIN: "message.linked",
    MessageAct.EVENT: "message.event_linked",
    MessageAct.CLOSE: "message.closed",
    MessageAct.REOPEN: "message.reopened",
    MessageAct.UNLINK: "message.unlinked",
}


_ON_OPEN_ONES: Final = (
    MessageAct.REPORT,
    MessageAct.REPORT_WITH_TEXT,
    MessageAct.JOIN,
    MessageAct.EVENT,
    MessageAct.CLOSE,
)


class MessageSelection(NamedTuple):
    """The listed messages: codes of state and channel, and words."""

    state: str
    channel: str
    words: str


class ListedMessage(NamedTuple):
    """A message, its record, and what became of it."""

    message: Message
    row: MessageRow
    state: str


class ListedMessages(NamedTuple):
    """The messages of a selection in the order of work, and how many are not shown."""

    shown: tuple[ListedMessage, ...] = ()
    more: int = 0


def message_filters() -> MessageFilters:
    """Return the filters with their labels."""
    return MessageFilters(
        states=(
            (WAITING, _("Waiting")),
            ("linked", _("Linked")),
            ("closed", _("Closed")),
            (ANSWERED, _("Answered")),
            (ALL, _("All")),
        ),
        channels=((ALL, _("All channels")), *((each.value, code_label(each)) for each in MessageChannel)),
    )


def read_messages(
    store: ConsoleStore, chosen: MessageSelection, *, scope: ExerciseScope, now: datetime
) -> ListedMessages:
    """Read the messages of a selection in a world; text and sender are there as far as this user may read them."""
    fitting = [each for each in sort_for_work(scope.select(store.messages()), now) if _fits(each, chosen, now)]
    words = fold(chosen.words).split()
    read = fitting if words else fitting[:MAX_SHOWN]  # records cost time: only words need all of them
    found = [each for each in _read(store, read, now) if _has_words(each.row, words)]
    more = len(found) - MAX_SHOWN if words else len(fitting) - MAX_SHOWN
    return ListedMessages(tuple(found[:MAX_SHOWN]), max(0, more))


def event_message_lines(store: ConsoleStore, event_id: str, now: datetime) -> tuple[LevelLine, ...]:
    """Return the rows of the messages about a parent event, in the order of work."""
    about = [each for each in store.messages() if event_id in each.events]
    return message_lines(_read(store, sort_for_work(about, now)[:MAX_SHOWN], now), now)


def message_lines(
    messages: Iterable[ListedMessage], now: datetime, *, answerers: Callable[[str], str] = lambda _message_id: ""
) -> tuple[LevelLine, ...]:
    """Return the rows of messages; a waiting one shows its age in the colour of the limits.

    `answerers` returns who answers a message on another console just now, which replaces its state.
    """
    return tuple(_line(each, now, answerers(each.message.id)) for each in messages)


def is_outdated(listed: Iterable[ListedMessage], now: datetime) -> bool:
    """Return whether an alert has expired since the messages were read."""
    return any(each.message.alert_end(now) is not each.row.alert_end for each in listed)


def describe_list(listed: ListedMessages) -> str:
    """Return the number of messages, and of those that are not shown."""
    count = len(listed.shown)
    text = ngettext("{n} message", "{n} messages", count).format(n=format_number(count))
    return f"{text} · {_('{n} more: narrow the filters').format(n=listed.more)}" if listed.more else text


def message_view(
    found: ListedMessage | None, messages: Sequence[ListedMessage], *, role: Role, now: datetime, impact: Facts = ()
) -> ChosenItem:
    """Return the view of the chosen message, with the reasons why an act is not possible.

    `impact` is that of the area of an alert, as far as it is known.
    """
    if found is None:
        nothing = _("No message is selected.")
        reasons = {act: nothing for act in MessageAct if act is not MessageAct.EXPORT}
        return ChosenItem(reasons=reasons | ({} if messages else {MessageAct.EXPORT: _("No messages.")}))
    row = found.row
    return ChosenItem(
        title=f"{code_label(row.channel)} · {format_moment(row.received_at)}",
        facts=tuple(FactItem(label=label, value=value) for label, value in _facts(found, now, impact) if value),
        text=row.text or alert_title(row.alert) or _("sealed, erased or empty"),
        reasons=_reasons(found, role),
    )


def _reasons(found: ListedMessage, role: Role) -> dict[str, str]:
    message = found.message
    reasons: dict[str, str] = {act: role_refusal(role, kind) for act, kind in _WRITING.items()}

    def forbid(act: MessageAct, reason: str) -> None:
        reasons[act] = reasons.get(act, "") or reason

    forbid(MessageAct.ANSWER, describe_refusal(found.row.obstacle, message.answers))
    if not message.unsent_answers:
        forbid(MessageAct.WITHDRAW, _("No answer waits to be sent."))
    if not found.row.text:
        forbid(MessageAct.REPORT_WITH_TEXT, _("The message has no text here."))
    if message.closed is None:
        forbid(MessageAct.REOPEN, _("The message is open."))
    else:
        for act in _ON_OPEN_ONES:
            forbid(act, _("The message is closed; reopen it first."))
    if message.position is None and (message.alert is None or not message.alert.rings):
        forbid(MessageAct.MAP, _("The message has neither a position nor an area."))
    if not message.incidents:
        forbid(MessageAct.INCIDENT, _("The message is not about an incident."))
    if not message.is_linked:
        forbid(MessageAct.UNLINK, _("The message is not about an incident or a parent event."))
    return reasons


def _facts(found: ListedMessage, now: datetime, impact: Facts) -> Iterable[tuple[str, str]]:
    message, row = found.message, found.row
    cut = ngettext("{n} character is missing.", "{n} characters are missing.", row.cut)
    position = f"{row.position.lat_deg:.5f}, {row.position.lon_deg:.5f}" if row.position else ""
    yield message_field_label("state"), found.state
    yield from alert_facts(message.alert, now, closure=message.alert_closure)
    yield from impact
    yield message_field_label("sender"), row.sender or ""
    yield message_field_label("account"), row.account
    yield _("Written at"), format_moment(row.sent_at) if row.sent_at != row.received_at else ""
    yield message_field_label("position"), position
    yield message_field_label("attachments"), describe_attachments(row.attachments)
    yield message_field_label("repeats"), describe_repeats(message)
    yield message_field_label("text"), cut.format(n=format_number(row.cut)) if row.cut else ""
    yield message_field_label("closed"), describe_closing(message)
    for answer, shown in zip(message.answers, row.answers, strict=True):
        yield message_field_label("answers"), describe_answer(answer, shown.text)
    yield _("Exercise"), row.exercise or ""
    yield _("Sync"), _("not yet synced") if row.pending else ""


def _line(found: ListedMessage, now: datetime, answerers: str) -> LevelLine:
    message, row = found.message, found.row
    text = " ".join((_row_text(row) or describe_attachments(row.attachments)).split())
    at = format_recent_moment(row.received_at, now, zone=False)
    return LevelLine(
        id=row.id,
        level=_level(message, now),
        text=text or code_label(row.channel),
        about=" · ".join(filter(None, _about(message, row))),
        at=f"{format_age(waiting_age(message, now))} · {at}" if message.waits_at(now) else at,
        author=answerers or found.state,
    )


def _row_text(row: MessageRow) -> str:
    """Return the text of a message; of an alert the headline, which is its first line."""
    if row.alert is None:
        return row.text or ""
    return (row.text or "").partition("\n")[0] or alert_title(row.alert)


def _about(message: Message, row: MessageRow) -> tuple[str, ...]:
    alert = message.alert
    codes = describe_alert_codes(alert) if alert is not None else ""
    return (code_label(row.channel), codes, row.sender or "", describe_repeats(message))


def _level(message: Message, now: datetime) -> Level:
    if message.waits_at(now):
        return LEVEL_OF_WAITING[waiting_time(message, now)]
    if message.closed is not None:
        return Level.NO_DATA
    if message.has_failed_answer:
        return Level.ATTENTION
    return Level.NORMAL if message.is_linked or message.is_answered else Level.NO_DATA


def _read(store: ConsoleStore, messages: Sequence[Message], now: datetime) -> tuple[ListedMessage, ...]:
    known, numbers = exercises_by_id(store.exercises()), _numbers(store, messages)
    return tuple(
        ListedMessage(
            each, make_message_row(store, each, numbers, known, now=now), describe_state(each, numbers, now)
        )
        for each in messages
    )


def _numbers(store: ConsoleStore, messages: Iterable[Message]) -> dict[str, str]:
    """Return the numbers of the incidents that messages are about, and the titles of parent events, by id."""
    numbers = {}
    for incident_id in {key for each in messages for key in each.incidents}:
        try:
            numbers[incident_id] = store.incident(incident_id).number
        except UnknownKey:
            continue  # not here yet: its id is shown
    return numbers | {event.id: event.title for event in store.parent_events(with_deleted=True)}


def _fits(message: Message, chosen: MessageSelection, now: datetime) -> bool:
    is_answered = chosen.state == ANSWERED and message.is_answered  # also a linked or closed one
    return (is_answered or chosen.state in (ALL, "", state_of(message, now))) and chosen.channel in (
        ALL,
        "",
        message.channel,
    )


def _has_words(row: MessageRow, words: Sequence[str]) -> bool:
    answers = (each.text or "" for each in row.answers)
    published = row.alert.words if row.alert is not None else None
    alert = (published.identifier, published.event, published.headline, published.area) if published else ()
    own = (row.text or "", row.sender or "", row.account, row.note)
    text = fold(" ".join((*own, *row.incidents, *row.events, *answers, *alert)))
    return all(word in text for word in words)
