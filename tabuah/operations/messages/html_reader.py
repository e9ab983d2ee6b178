"""The text of an HTML document, without its tags, scripts and comments.

Patterns, not `html.parser`: some versions of it need time that grows with the square of a hostile document. Each
pattern passes over the document once. The result is plain text and is shown as such, whatever it contains.
"""

import html
import re
from typing import Final

_FLAGS: Final = re.DOTALL | re.IGNORECASE
_WITHOUT_TEXT: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|title|template|iframe|object|svg)\b[^<>]*>.*?(?:</\1[^<>]*>|\Z)", _FLAGS
)
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_BREAK: Final = re.compile(r" ?<(?:br|/?(?:p|div|tr|li|ul|ol|table|h[1-6]|blockquote))\b[^<>]*> ?", _FLAGS)
_TAG: Final = re.compile(r"<[/!?a-z][^<>]*>", _FLAGS)


def text_of_html(document: str) -> str:
    """Return the text of a document; lines end where blocks do."""
    text = _SPACES.sub(" ", _WITHOUT_TEXT.sub(" ", document))
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", text)))
