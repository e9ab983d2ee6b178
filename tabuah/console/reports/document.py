"""Document model of the template: a head, and blocks of final, formatted text."""

from typing import Final

import msgspec

from tabuah.widgets.theme.design_tokens import LIGHT

COLOUR_NAMES: Final = (
    *("text", "muted", "faint", "line", "raised", "accent", "accent_text"),
    *("critical", "high", "attention", "normal", "information", "no_data"),
    *("critical_text", "high_text", "attention_text", "normal_text", "information_text", "no_data_text"),
)


class Letterhead(msgspec.Struct, frozen=True, kw_only=True):
    """The office at the head of the first page; `crest` is an SVG picture, which `crest_label` describes."""

    government: str
    agency: str
    unit: str
    address: str
    crest: str = ""
    crest_label: str = ""


class Chip(msgspec.Struct, frozen=True, kw_only=True):
    """A label on a coloured background; `level` is a level colour or accent."""

    text: str
    level: str = "no_data"


class Banner(msgspec.Struct, frozen=True, kw_only=True):
    """A notice at the top of the document."""

    title: str
    text: str
    level: str


class StepMark(msgspec.Struct, frozen=True, kw_only=True):
    """A status step with the time it was reached."""

    label: str
    time: str
    reached: bool


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """A key figure."""

    value: str
    label: str
    note: str = ""
    known: bool = True


class DocumentColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a table; `width_mm` 0 takes a share of the remaining width."""

    title: str
    width_mm: float = 0.0
    right: bool = False


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row: cells under the columns, or one text across them as a `group` heading or a small `note`."""

    cells: tuple[str, ...]
    form: str = "plain"  # plain, group or note
    mark: str = ""  # after the last cell, such as "belum tersinkron"


class DocumentFact(msgspec.Struct, frozen=True, kw_only=True):
    """A label and its value; a `wide` one has its own line, others are in two columns."""

    label: str
    value: str
    wide: bool = False


class DocumentFacts(msgspec.Struct, frozen=True, kw_only=True, tag_field="block", tag="facts"):
    """Labels and values."""

    heading: str
    rows: tuple[DocumentFact, ...]


class Prose(msgspec.Struct, frozen=True, kw_only=True, tag_field="block", tag="prose"):
    """Running text."""

    heading: str
    text: str


class Notes(msgspec.Struct, frozen=True, kw_only=True, tag_field="block", tag="notes"):
    """Short texts, each with author and time."""

    heading: str
    items: tuple[tuple[str, str], ...]


class Picture(msgspec.Struct, frozen=True, kw_only=True, tag_field="block", tag="picture"):
    """A picture across the whole width, by file name; without a file, `missing` gives the reason."""

    heading: str
    file: str
    alt: str
    caption: str
    missing: str = ""


class Gallery(msgspec.Struct, frozen=True, kw_only=True, tag_field="block", tag="gallery"):
    """Photos in two columns: file and caption."""

    heading: str
    items: tuple[tuple[str, str], ...]


class DocumentTable(msgspec.Struct, frozen=True, kw_only=True, tag_field="block", tag="table"):
    """Rows under columns; a table to keep `together` must fit on one page."""

    heading: str
    columns: tuple[DocumentColumn, ...]
    rows: tuple[Row, ...]
    note: str = ""
    together: bool = False


Block = DocumentFacts | Prose | Notes | Picture | Gallery | DocumentTable


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """A signature; an empty name leaves a line to sign on."""

    above: str
    title: str
    name: str
    below: str


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """All texts of a document.

    `page_words` has the placeholders {page} and {pages}; `watermark` is empty for a real event.
    """

    language: str
    letterhead: Letterhead
    kind: str
    title: str
    subtitle: str
    chips: tuple[Chip, ...]
    stamp: tuple[tuple[str, str], ...]
    banners: tuple[Banner, ...]
    watermark: str
    steps: tuple[StepMark, ...]
    tiles: tuple[Tile, ...]
    blocks: tuple[Block, ...]
    signatures: tuple[Signature, ...]
    sources: tuple[str, ...]
    running: str
    audit: str
    page_words: str
    colours: dict[str, str] = msgspec.field(
        default_factory=lambda: {name: getattr(LIGHT, name) for name in COLOUR_NAMES}
    )
