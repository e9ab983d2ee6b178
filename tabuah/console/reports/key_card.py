"""The key card: all keys of the window on A4 pages, from the table of actions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from tabuah.console.reports import document, report_text
from tabuah.console.reports.office import Office
from tabuah.resources.localisation import _, current_language, format_day

_KEY_MM: Final = 22.0  # the card has two pages: both sides of one sheet


class CardKey(msgspec.Struct, frozen=True):
    """The keys of one action, such as "N · Ctrl N", and its name."""

    keys: str
    label: str


class CardSection(msgspec.Struct, frozen=True):
    """Keys under a heading."""

    title: str
    rows: tuple[CardKey, ...]


def make_key_card(
    sections: Sequence[CardSection], *, office: Office, version: str, as_of: datetime
) -> document.Document:
    """Return the document in the current language; `version` is that of the program."""
    program = f"Tabuah {version}"
    return document.Document(
        language=current_language(),
        letterhead=report_text.make_letterhead(office),
        kind=_("Key card"),
        title=_("Keys of the window"),
        subtitle=" ".join(
            (
                _("F1 shows the help for what has the focus. Ctrl K finds and runs every action."),
                _("Letters are no shortcuts while the focus is in a text field."),
            )
        ),
        chips=(),
        stamp=((_("Version"), program), (_("Printed"), format_day(as_of))),
        banners=(),
        watermark="",
        steps=(),
        tiles=(),
        blocks=tuple(_block(section) for section in sections if section.rows),
        signatures=(),
        sources=(),
        running=f"{_('Key card')} · {program}",
        audit=program,
        page_words=_("Page {page} of {pages}"),
    )


def typeset_key_card(sections: Sequence[CardSection], *, office: Office, version: str, as_of: datetime) -> bytes:
    """Return the key card as PDF.

    Raises:
        TypesettingFailed: the typesetter failed.
    """
    from tabuah.console.reports.typst_document import typeset_pdf  # noqa: PLC0415 - the typesetter takes time to load

    return typeset_pdf(make_key_card(sections, office=office, version=version, as_of=as_of), {}, made_at=as_of)


def _block(section: CardSection) -> document.DocumentTable:
    """Return a table with two keys in each row: the second half of the section is at the right."""
    half = (len(section.rows) + 1) // 2
    left, right = section.rows[:half], section.rows[half:]
    rows = []
    for number, each in enumerate(left):
        other = right[number] if number < len(right) else CardKey(keys="", label="")
        rows.append(document.Row(cells=(each.keys, each.label, other.keys, other.label)))
    key, action = (
        document.DocumentColumn(title=_("Key"), width_mm=_KEY_MM, right=True),
        document.DocumentColumn(title=_("Action")),
    )
    return document.DocumentTable(heading=section.title, columns=(key, action, key, action), rows=tuple(rows))
