"""Owners of tasks from the texts of people: a log-in name, a call sign, or an OPD."""

from collections.abc import Iterable, Mapping
from typing import Final

from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.hidden_characters import is_plain
from tabuah.operations.people.authority import User
from tabuah.operations.people.scope import plain
from tabuah.operations.tasks.task import MAX_OWNER, OwnerKind, TaskOwner
from tabuah.operations.units.call_signs import find_called
from tabuah.operations.units.unit import Unit

_PREFIXES: Final = {f"{kind.value}:": kind for kind in OwnerKind}


def find_owner(
    text: str,
    *,
    world: SubjectWorld,
    units: Iterable[Unit],
    users: Mapping[str, User],
    opds: Iterable[str],
) -> TaskOwner:
    """Return the owner that a text names: a unit, else a user, else an OPD, which need not be in the list.

    `user:NAME`, `unit:NAME` and `opd:NAME` say which one is meant.

    Raises:
        NotPossible: the text is empty or too long, or names no user or unit that is known.
    """
    kind, name = _split(text.strip())
    if not name or len(name) > MAX_OWNER or not is_plain(name):
        raise NotPossible("task_owner_text", n=MAX_OWNER)
    unit = find_called(units, name, world) if kind in (None, OwnerKind.UNIT) else None
    if unit is not None:
        return TaskOwner(kind=OwnerKind.UNIT, name=unit.id, opd=unit.opd[:MAX_OWNER])
    user = _user(users, name) if kind in (None, OwnerKind.USER) else None
    if user is not None:
        return TaskOwner(kind=OwnerKind.USER, name=user.name, opd=user.opd[:MAX_OWNER])
    if kind in (OwnerKind.UNIT, OwnerKind.USER):
        raise NotPossible("unknown_task_owner", name=name)
    known = next((opd for opd in opds if plain(opd) == plain(name)), name)
    return TaskOwner(kind=OwnerKind.OPD, name=known)


def _split(text: str) -> tuple[OwnerKind | None, str]:
    found = next((kind for prefix, kind in _PREFIXES.items() if text.lower().startswith(prefix)), None)
    return (None, text) if found is None else (found, text[len(found.value) + 1 :].strip())


def _user(users: Mapping[str, User], name: str) -> User | None:
    found = users.get(name.lower())
    return found if found is not None and found.active else None
