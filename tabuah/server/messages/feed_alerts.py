"""Alerts of feeds that become messages, as the choice of their feed says."""

import logging

from tabuah.operations.feeds.cap_alert import CapAlert
from tabuah.operations.feeds.sources import FeedSource
from tabuah.operations.messages.alert_document import alert_message
from tabuah.operations.messages.answer import AnswerObstacle
from tabuah.operations.messages.inbound_message import InboundMessage
from tabuah.operations.messages.message import Message
from tabuah.server.errors import DraftRefused
from tabuah.server.journal import ServerJournal
from tabuah.server.messages.message_writer import MessageWriter

log = logging.getLogger(__name__)


class FeedAlerts:
    """Records alerts. Belongs to the feeds thread."""

    def __init__(self, journal: ServerJournal) -> None:
        self._journal = journal
        self._writer: MessageWriter | None = None  # most servers record none

    def offer(self, source: FeedSource, alert: CapAlert, *, is_near: bool) -> None:
        """Record an alert that the choice of its feed names, once.

        An update or cancellation of a recorded alert is recorded in any case, so that no alert stays in force.

        Args:
            source: the feed.
            alert: the alert.
            is_near: whether it touches the regency.

        Raises:
            ServerError: it could not be written; the next poll offers it again.
        """
        if source.messages is None:
            return
        writer, account = self._loaded(), account_of(source)
        message = writer.told_apart(account, alert_message(alert))
        is_chosen = is_near and _is_met(source, message)
        if not is_chosen and not any(map(writer.find, writer.earlier_of(account, message))):
            return
        if writer.find(writer.digests.message_id(account, message)) is not None:
            return
        try:
            writer.record(account, message, obstacle=AnswerObstacle.AUTOMATIC, world=source.world)
        except DraftRefused as refused:  # a wiped exercise, or rules that know no messages; the warning itself counts
            log.warning("an alert of feed %s is no message: %s", source.name, refused)

    def _loaded(self) -> MessageWriter:
        if self._writer is None:
            writer = MessageWriter(self._journal)
            states = self._journal.states_of_kind("message").values()
            writer.load(state.value for state in states if isinstance(state.value, Message))
            self._writer = writer
        return self._writer


def account_of(source: FeedSource) -> str:
    """Return the account that the messages of a feed name; no gateway account has this form."""
    return f"feed/{source.name}"


def _is_met(source: FeedSource, message: InboundMessage) -> bool:
    alert = message.alert
    if alert is None or source.messages is None or not alert.is_work:
        return False
    return source.messages.is_met(alert.severity, alert.urgency, alert.certainty)
