"""A document as the one template takes it: a head, and blocks of words that are already chosen and formatted."""

from typing import Final

import msgspec

from tabuah.widgets.theme.tokens import LIGHT

COLOURS: Final = (
    *("text", "muted", "faint", "line", "raised", "accent", "accent_text"),
    *("critical", "high", "attention", "normal", "information", "no_data"),
    *("critical_text", "high_text", "attention_text", "normal_text", "information_text", "no_data_text"),
)


class Letterhead(msgspec.Struct, frozen=True, kw_only=True):
    """The office at the head of the first page."""

    government: str
    agency: str
    unit: str
    address: str


class Chip(msgspec.Struct, frozen=True, kw_only=True):
    """A word on a tint; `level` names one of the level colours, or accent."""

    text: str
    level: str = "no_data"


class Banner(msgspec.Struct, frozen=True, kw_only=True):
    """What must be known before anything else is read."""

    title: str
    text: str
    level: str


class StepMark(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the way, with the time it was reached."""

    label: str
    time: str
    reached: bool


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """One figure at a glance."""

    value: str
    label: str
    note: str = ""
    known: bool = True


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a table; `width_mm` 0 takes a share of what is left."""

    title: str
    width_mm: float = 0.0
    right: bool = False


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row: cells under the columns, or one text across them as a `group` heading or a small `note`."""

    cells: tuple[str, ...]
    form: str = "plain"  # plain, group or note
    mark: str = ""  # beside the last cell, such as "belum tersinkron"


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """A name and its value; a `wide` one has a line of its own, others stand two abreast."""

    label: str
    value: str
    wide: bool = False


class Facts(msgspec.Struct, frozen=True, kw_only=True, tag_field="block", tag="facts"):
    """Names and values."""

    heading: str
    rows: tuple[Fact, ...]


class Prose(msgspec.Struct, frozen=True, kw_only=True, tag_field="block", tag="prose"):
    """Running text."""

    heading: str
    text: str


class Notes(msgspec.Struct, frozen=True, kw_only=True, tag_field="block", tag="notes"):
    """Short texts, each with who said it and when."""

    heading: str
    items: tuple[tuple[str, str], ...]


class Picture(msgspec.Struct, frozen=True, kw_only=True, tag_field="block", tag="picture"):
    """A picture over the whole width by the name of its file; without one, `missing` says why."""

    heading: str
    file: str
    alt: str
    caption: str
    missing: str = ""


class Gallery(msgspec.Struct, frozen=True, kw_only=True, tag_field="block", tag="gallery"):
    """Photos two abreast: file, caption."""

    heading: str
    items: tuple[tuple[str, str], ...]


class Table(msgspec.Struct, frozen=True, kw_only=True, tag_field="block", tag="table"):
    """Rows under columns; one that is to be kept `together` must fit on a page."""

    heading: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    together: bool = False


Block = Facts | Prose | Notes | Picture | Gallery | Table


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """Who signs; an empty name leaves a line to write on."""

    above: str
    title: str
    name: str
    below: str


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """All words of a document. `page_words` holds {page} and {pages}; `watermark` is empty for a real event."""

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
    colours: dict[str, str] = msgspec.field(default_factory=lambda: {name: getattr(LIGHT, name) for name in COLOURS})
