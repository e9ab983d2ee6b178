"""Access to XML elements by local name, whatever the namespace prefix."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from tabuah.operations.feeds.decoders import clean_text
from tabuah.operations.feeds.errors import UnusableItem
from tabuah.operations.feeds.remarks import FeedRemark


def local_name(element: Element) -> str:
    """Return the tag without its namespace."""
    return element.tag.rpartition("}")[2]


def namespace_of(element: Element) -> str:
    """Return the namespace of the tag, or ""."""
    return element.tag[1:].partition("}")[0] if element.tag.startswith("{") else ""


def children(element: Element, name: str) -> Iterator[Element]:
    """Return the direct children with that local name, in order."""
    return (child for child in element if isinstance(child.tag, str) and local_name(child) == name)


def texts_of(element: Element, name: str) -> Iterator[str]:
    """Return the texts of the direct children with that name."""
    return (child.text or "" for child in children(element, name))


def required_text(element: Element, name: str, *, limit: int = 500) -> str:
    """Return the text of a required child.

    Raises:
        UnusableItem: missing, empty or too long.
    """
    text = clean_text(next(texts_of(element, name), None), name, limit=limit)
    if not text:
        raise UnusableItem("missing", field=name)
    return text


def text_of(element: Element, name: str, *, notes: list[FeedRemark], limit: int = 5000) -> str:
    """Return the text of an optional child; "" with a note when it is too long."""
    try:
        return clean_text(next(texts_of(element, name), None), name, limit=limit)
    except UnusableItem as reason:
        notes.append(reason.remark)
        return ""
