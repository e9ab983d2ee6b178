"""The content of an e-mail: the text that a person wrote, and the files that came with it."""

from email.message import Message as EmailPart
from typing import Final

import msgspec

from tabuah.operations.messages.html_reader import text_of_html
from tabuah.operations.messages.mail_header import decode_bytes
from tabuah.resources.fault_isolation import DATA_FAULTS

DEEPEST: Final = 10  # parts in parts
MOST_PARTS: Final = 100
LONGEST_MAIL_TEXT: Final = 20_000  # characters; a message keeps fewer of them
_TEXTS: Final = ("text/plain", "text/html")


class MailFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file in a mail: its media type, and about how many bytes it has. Its name may be personal and is not kept."""

    type: str
    size: int


class MailContent(msgspec.Struct, kw_only=True):
    """Text and files of a part and of the parts in it; `is_partial` if some parts were not read."""

    texts: list[str] = []
    files: list[MailFile] = []
    is_partial: bool = False
    is_plain: bool = False

    @property
    def text(self) -> str:
        """The texts, the first characters of a very long one."""
        return "\n\n".join(self.texts)[:LONGEST_MAIL_TEXT]

    def add(self, other: "MailContent") -> None:
        """Append what another part has."""
        self.texts += other.texts
        self.files += other.files
        self.is_partial |= other.is_partial
        self.is_plain |= other.is_plain


class MailContentReader:
    """Reads the parts of one mail, at most `MOST_PARTS`."""

    def __init__(self) -> None:
        self._left = MOST_PARTS

    def read(self, part: EmailPart, depth: int = 0) -> MailContent:
        """Return the content of a part.

        Of alternatives, the plain text counts, and HTML only where there is none.
        """
        if self._left == 0 or depth > DEEPEST:
            return MailContent(is_partial=True)
        self._left -= 1
        media_type = part.get_content_type()
        payload = part.get_payload() if media_type.startswith("multipart/") else None
        if not isinstance(payload, list):
            return _read_leaf(part, media_type)
        children = [self.read(each, depth + 1) for each in payload if isinstance(each, EmailPart)]
        return _choose(children) if media_type == "multipart/alternative" else _join(children)


def _join(children: list[MailContent]) -> MailContent:
    found = MailContent()
    for child in children:
        found.add(child)
    return found


def _choose(children: list[MailContent]) -> MailContent:
    """Return one of the texts, and all files."""
    found = _join(children)
    with_text = [child for child in children if any(text.strip() for text in child.texts)]
    chosen = next((child for child in with_text if child.is_plain), with_text[0] if with_text else None)
    found.texts = chosen.texts if chosen is not None else []
    return found


def _read_leaf(part: EmailPart, media_type: str) -> MailContent:
    data = _payload_of(part)
    if media_type not in _TEXTS or _is_attached(part):
        # a mail in a mail is a list of parts; its length is not known without writing it again
        return MailContent(files=[MailFile(type=media_type[:100], size=len(data))])
    text = decode_bytes(data, _charset_of(part))
    is_plain = media_type == "text/plain"
    return MailContent(texts=[text if is_plain else text_of_html(text)], is_plain=is_plain)


def _payload_of(part: EmailPart) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except DATA_FAULTS:  # of the decoders, for a damaged part
        return b""
    return data if isinstance(data, bytes) else b""


def _is_attached(part: EmailPart) -> bool:
    try:
        return part.get_content_disposition() == "attachment"
    except DATA_FAULTS:
        return False


def _charset_of(part: EmailPart) -> str:
    try:
        return part.get_content_charset() or ""
    except DATA_FAULTS:
        return ""
