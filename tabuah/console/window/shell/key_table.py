"""The keys of the window as values, from the table of actions: for the help, the key card and `tabuah keys`."""

from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from tabuah.console.reports.atomic_write import write_file
from tabuah.console.reports.key_card import CardKey, CardSection, typeset_key_card
from tabuah.console.reports.office import read_office
from tabuah.console.window.shell.action import MENUS
from tabuah.console.window.shell.actions import ACTIONS
from tabuah.console.window.shell.key_names import key_captions
from tabuah.resources.localisation import N_, _

_IN_LISTS: Final = (  # of the windows of lists and of forms, which are no actions of the table
    ("↑ · ↓", N_("Choose a row")),
    ("Enter", N_("Run the first button, save the form")),
    ("Ctrl F", N_("Go to the search of the list")),
    ("Esc", N_("Clear the search, close the form or the window")),
)


class KeyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One action with its keys in Qt's portable form."""

    id: str
    label: str
    menu: str
    keys: tuple[str, ...]


def key_records() -> tuple[KeyRecord, ...]:
    """Return all actions by menu, also those without a key."""
    return tuple(
        KeyRecord(id=action.id, label=_(action.label), menu=_(menu), keys=action.keys)
        for menu in MENUS
        for action in ACTIONS
        if action.menu == menu
    )


def card_sections() -> tuple[CardSection, ...]:
    """Return the keys by menu, without actions that have none."""
    sections = [
        CardSection(
            title=_(menu),
            rows=tuple(
                CardKey(keys=key_captions(action.keys), label=_(action.label))
                for action in ACTIONS
                if action.menu == menu and action.keys
            ),
        )
        for menu in MENUS
    ]
    lists = tuple(CardKey(keys=keys, label=_(label)) for keys, label in _IN_LISTS)
    return (*sections, CardSection(title=_("In lists and forms"), rows=lists))


def write_key_card(file: Path, directory: Path, *, version: str, as_of: datetime) -> Path:
    """Write the key card as PDF, with the letterhead of the office; return the file.

    Raises:
        ReportError: the card cannot be made or written.
    """
    content = typeset_key_card(card_sections(), office=read_office(directory), version=version, as_of=as_of)
    write_file(file, content)
    return file
