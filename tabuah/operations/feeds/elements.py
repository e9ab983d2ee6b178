"""Children and texts of XML elements by their local name, whatever the prefix."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from tabuah.operations.feeds.errors import UnusableItem
from tabuah.operations.feeds.intake import clean_text
from tabuah.operations.feeds.remarks import Remark


def local_name(element: Element) -> str:
    """The tag without its namespace."""
    return element.tag.rpartition("}")[2]


def namespace_of(element: Element) -> str:
    """The namespace of the tag, or ""."""
    return element.tag[1:].partition("}")[0] if element.tag.startswith("{") else ""


def children(element: Element, name: str) -> Iterator[Element]:
    """The direct children of that local name, in order."""
    return (child for child in element if isinstance(child.tag, str) and local_name(child) == name)


def texts_of(element: Element, name: str) -> Iterator[str]:
    """The texts of the direct children of that name."""
    return (child.text or "" for child in children(element, name))


def required_text(element: Element, name: str, *, limit: int = 500) -> str:
    """The text of a child that must be there.

    Raises:
        UnusableItem: it is missing, empty or absurdly long.
    """
    text = clean_text(next(texts_of(element, name), None), name, limit=limit)
    if not text:
        raise UnusableItem("{field} is missing", field=name)
    return text


def text_of(element: Element, name: str, *, notes: list[Remark], limit: int = 5000) -> str:
    """The text of a child that may be there; "" with a note when it is absurdly long."""
    try:
        return clean_text(next(texts_of(element, name), None), name, limit=limit)
    except UnusableItem as reason:
        notes.append(reason.remark)
        return ""
