"""The text of an excerpt: its found words in brackets, readable without colours."""

from tabuah.operations.incidents.excerpts import Excerpt


def mark_excerpt(excerpt: Excerpt) -> str:
    """Return the text of an excerpt with its found words in brackets."""
    text = excerpt.text
    for start, end in reversed(excerpt.marks):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text
