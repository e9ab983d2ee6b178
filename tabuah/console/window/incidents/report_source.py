"""The call of the log or the message that a report is made of, and its link to the incident."""

from tabuah.operations.calls.call import Call
from tabuah.operations.calls.drafts import link_call
from tabuah.operations.entries import Draft
from tabuah.operations.messages.drafts import link_message
from tabuah.operations.messages.message import Message

ReportSource = Call | Message


def link_source(source: ReportSource, incident_id: str) -> Draft:
    """Return the link of a call or a message to an incident."""
    if isinstance(source, Message):
        return link_message(source, incident_id)
    return link_call(source, incident_id)


def is_linked(source: ReportSource, incident_id: str) -> bool:
    """Return whether a call or a message is linked to an incident."""
    if isinstance(source, Message):
        return incident_id in source.incidents
    return source.incident == incident_id
