"""Permissions to write entries, as the subjects declare them."""

from typing import Final

from tabuah.operations.people.roles import Role
from tabuah.operations.subjects import ENTRY_KINDS

MAY_ATTACH: Final = ENTRY_KINDS["incident.attached"].writers | ENTRY_KINDS["station.attachment_added"].writers


def may_write(role: Role, kind: str) -> bool:
    return kind in ENTRY_KINDS and ENTRY_KINDS[kind].may_be_written_by(role)


def may_write_in_exercise(role: Role, kind: str) -> bool:
    """Return whether a role may write an exercise entry; a gateway registers what it simulates."""
    return kind in ENTRY_KINDS and ENTRY_KINDS[kind].may_be_written_by(role, exercise=True)
