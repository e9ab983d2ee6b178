"""Drafts that open a parent event from a message."""

from datetime import datetime

from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Draft
from tabuah.operations.exercises.scope import scope_of, scope_world
from tabuah.operations.messages.drafts import link_event
from tabuah.operations.messages.message import Message
from tabuah.operations.parent_events.drafts import open_event


def open_event_of(
    message: Message, event_id: str, *, title: str, hazard: Hazard, now: datetime, description: str = ""
) -> tuple[Draft, ...]:
    """Open a parent event in the world of a message, and join the message to it.

    It begins when the alert takes effect, else when the message was written, but not later than now.

    Raises:
        NotPossible: the title is empty or too long, or the message is about as many events as it may be.
    """
    began_at = message.alert.effective if message.alert is not None else None
    opening = open_event(
        event_id,
        title,
        hazard,
        began_at=min(began_at or message.sent_at, now),
        description=description,
        world=scope_world(scope_of(message)),
    )
    return (*opening, link_event(message, event_id))
