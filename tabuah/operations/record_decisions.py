"""Decisions on records: subjects such as a station, a rule or a user, which people or the server keep up to date.

A record is created once and then changed, and the name in the body must be the key of the subject.
"""

from tabuah.operations.entries import ACCEPT, Decision, Entry, rejected, subject_key


def decide_creation(record: object, entry: Entry, name: str) -> Decision:
    """Accept the first entry of a record.

    Args:
        record: the state before, None if there is none.
        entry: the entry.
        name: the name that its body gives to the record.
    """
    if name != subject_key(entry.subject):
        return rejected("subject_of_another_name")
    return ACCEPT if record is None else rejected("already_exists")


def decide_version(entry: Entry, name: str) -> Decision:
    """Accept a record that is written as a whole, whether it exists or not."""
    return ACCEPT if name == subject_key(entry.subject) else rejected("subject_of_another_name")


def decide_change(record: object) -> Decision:
    """Accept a change of a record that exists."""
    return rejected("unknown_subject") if record is None else ACCEPT
