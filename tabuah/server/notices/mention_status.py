"""The status of a mention: whether somebody still has to learn of it."""

from datetime import datetime

from tabuah.operations.incidents.incident import Incident
from tabuah.operations.notices.flood_limits import Mention
from tabuah.operations.notices.recipients import owner_key
from tabuah.operations.notices.settings import NoticeOccasion
from tabuah.operations.subject_state import SubjectValue
from tabuah.operations.tasks.due_clocks import DueClock, due_clocks
from tabuah.operations.tasks.task import Task
from tabuah.operations.units.help_requests import unanswered_help
from tabuah.operations.units.unit import Unit, UnitState
from tabuah.server.notices.due_limits import due_entry
from tabuah.server.notices.journal_facts import JournalFacts


def is_over(mention: Mention, facts: JournalFacts, now: datetime) -> bool:
    """Return whether nobody has to learn of a mention any more: its subject was closed, taken back or answered."""
    value = facts.value_of(mention.subject) if not mention.is_alarm else None
    match mention.kind:
        case NoticeOccasion.DISPATCH:
            return not (
                isinstance(value, Unit) and value.state is UnitState.ASSIGNED and value.state_entry == mention.entry
            )
        case NoticeOccasion.DISPOSITION | NoticeOccasion.TASK:
            is_open = isinstance(value, Task) and value.is_open and value.receipt is None
            return not (is_open and isinstance(value, Task) and owner_key(value.owner) == mention.addressee)
        case NoticeOccasion.HELP:
            return not (isinstance(value, Unit) and unanswered_help(value, mention.entry) is not None)
        case NoticeOccasion.DUE:
            return find_limit(mention, value, now) is None
    return False


def find_limit(mention: Mention, value: SubjectValue | None, now: datetime) -> DueClock | None:
    """Return the limit of a mention; None if it does not run any more, or was put off.

    Args:
        mention: of the occasion `due`.
        value: the state of its subject.
        now: the moment.
    """
    incidents = (value,) if isinstance(value, Incident) else ()
    tasks = (value,) if isinstance(value, Task) else ()
    return next((due for due in due_clocks(incidents, tasks, now) if due_entry(due) == mention.entry), None)
