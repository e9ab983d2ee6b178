"""Header fields of an e-mail as values: words in other character sets, the sender, times, marks of programs.

The parsers of the standard library differ between versions of Python, and some need quadratic time for a hostile
field. These are a few patterns over a bounded text instead, with the same result on each version.
"""

import base64
import binascii
import codecs
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from tabuah.operations.messages.reply_address import email_address

LONGEST_FIELD: Final = 2_000  # characters of a field that are read
# A mail may wait for days on its way (RFC 5321, section 4.5.4.1); the sender's clock may be ahead by minutes.
LONGEST_WAY: Final = timedelta(days=7)
CLOCK_AHEAD: Final = timedelta(minutes=10)
# Fields that mark mails of programs (RFC 3834 and common practice).
MARKS: Final = (
    *("Auto-Submitted", "Precedence", "Return-Path", "List-Id", "X-Auto-Response-Suppress"),
    *("X-Autoreply", "X-Autorespond", "X-Loop"),
)

# RFC 2047, section 2. Some programs leave spaces in the text, so these are allowed.
_ENCODED: Final = re.compile(r"=\?([A-Za-z0-9_.:-]{1,40})(?:\*[A-Za-z-]{0,20})?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_ENCODED: Final = re.compile(r"(\?=)\s+(?==\?)")
# Not the codecs of Python that are no character sets, such as `idna`, which needs quadratic time.
_CHARSET: Final = re.compile(
    r"utf-?(8|16|16-?[lb]e)|(us-)?ascii|iso-?8859-?\d{1,2}|windows-?125\d|cp(125\d|437|850|852|866|874|932|949)"
    r"|koi8-[ru]|macintosh|tis-620|gb2312|gbk|gb18030|big5|euc-(jp|kr)|shift_jis|iso-2022-(jp|kr)",
    re.IGNORECASE,
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# RFC 5322, section 3.3, and INTERNALDATE of RFC 3501.
_TIME: Final = re.compile(
    r"\s*(?:[A-Za-z]{3,9}\s*,?\s*)?(\d{1,2})[-\s]+([A-Za-z]{3})[A-Za-z]*\.?[-\s]+(\d{4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?"
    r"\s*([+-]\d{4}|[A-Za-z]{1,5})\b"
)
_ZONES_H: Final = {
    name: hours
    for hours, names in (
        (0, "z ut utc gmt"),
        *((-4, "edt"), (-5, "est cdt"), (-6, "cst mdt"), (-7, "mst pdt"), (-8, "pst")),  # RFC 5322, section 4.3
        *((7, "wib"), (8, "wita"), (9, "wit")),  # of Indonesia
    )
    for name in names.split()
}
_COMMENT: Final = re.compile(r"\(([^()]*)\)\s*\Z")


def decode_bytes(data: bytes, charset: str) -> str:
    """Return a text in a character set; one that is unknown or wrong is read as UTF-8 or Windows-1252.

    The last character may be incomplete, where only the beginning of a mail was read.
    """
    codec = _codec_of(charset)
    for name in dict.fromkeys((codec, "utf-8")):
        try:
            decoder = codecs.getincrementaldecoder(name)("strict")
            text = decoder.decode(data)
        except UnicodeError:
            continue
        is_complete = not decoder.getstate()[0]
        if is_complete or name == codec or not text.isascii():  # else its last byte is of another character set
            return text
    return data.decode("cp1252" if codec == "ascii" else codec, "replace")


def _codec_of(charset: str) -> str:
    """Return the name of a character set that Python has; `ascii` if there is none."""
    try:
        return codecs.lookup(charset).name if _CHARSET.fullmatch(charset) else "ascii"
    except LookupError:
        return "ascii"


def decode_field(raw: str) -> str:
    """Return a field in one line, with its encoded words and bytes of other character sets decoded."""
    text = decode_bytes(raw[:LONGEST_FIELD].encode("utf-8", "surrogateescape"), "")
    return " ".join(_decode_words(_BETWEEN_ENCODED.sub(r"\1", text)).split())


def _decode_words(text: str) -> str:
    """Decode encoded words; adjacent ones of a character set together, as some programs divide a character."""
    parts: list[tuple[str, str | bytes]] = []  # the character set, or a plain text without one
    end = 0
    for word in _ENCODED.finditer(text):
        if word.start() > end:
            parts.append(("", text[end : word.start()]))
        end = word.end()
        charset, data = word[1].casefold(), _word_bytes(word[2], word[3])
        last = parts[-1] if parts else ("", "")
        if isinstance(last[1], bytes) and last[0] == charset and isinstance(data, bytes):
            parts[-1] = (charset, last[1] + data)
        else:
            parts.append((charset, data if data is not None else word[0]))
    parts.append(("", text[end:]))
    return "".join(part if isinstance(part, str) else decode_bytes(part, charset) for charset, part in parts)


def _word_bytes(encoding: str, text: str) -> bytes | None:
    try:
        if encoding in "qQ":
            return binascii.a2b_qp(text.encode("ascii"), header=True)
        packed = "".join(text.split()).rstrip("=")
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (ValueError, binascii.Error):
        return None


def split_sender(raw: str) -> tuple[str, str]:
    """Return name and address of a field such as `Yanti <yanti@example.org>`; the address empty if it is not one."""
    raw = " ".join(raw[:LONGEST_FIELD].split())
    address = email_address(raw)
    if address and raw.endswith(">"):
        return decode_field(raw.rpartition("<")[0]).strip().strip('"').strip(), address
    comment = _COMMENT.search(raw)  # the old style: yanti@example.org (Yanti)
    if not address and comment is not None:
        return decode_field(comment[1]), email_address(raw[: comment.start()])
    return ("", address) if address else (decode_field(raw), "")


def parse_time(raw: str) -> datetime | None:
    """Return the moment in a `Date` field or an INTERNALDATE; None without a known zone, or if it is no moment."""
    found = _TIME.match(raw[:200])
    if found is None or found[2].casefold() not in _MONTHS:
        return None
    zone = found[7].casefold()
    try:
        offset = timedelta(hours=int(zone[:3]), minutes=int(zone[0] + zone[3:])) if zone[0] in "+-" else None
        if offset is None:
            offset = timedelta(hours=_ZONES_H[zone])
        moment = datetime(
            *(int(found[3]), _MONTHS.index(found[2].casefold()) + 1, int(found[1]), int(found[4]), int(found[5])),
            second=min(int(found[6] or 0), 59),  # a leap second
            tzinfo=timezone(offset),
        )
        return moment.astimezone(UTC)
    except (KeyError, ValueError, OverflowError):
        return None


def written_at(date_field: str, received_at: datetime | None) -> datetime | None:
    """Return when a mail was written: its `Date`, or when the mail server received it if that is not plausible.

    Args:
        date_field: the field, made by the clock of the sender.
        received_at: INTERNALDATE, made by the clock of the mail server; None for a file.
    """
    written = parse_time(date_field)
    if written is None or received_at is None:
        return written or received_at
    return written if received_at - LONGEST_WAY <= written <= received_at + CLOCK_AHEAD else received_at


def program_marks(fields: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return the fields that mark mails of programs, without comments and parameters.

    Of several fields of a name the first counts that does not deny it.
    """
    names = {name.casefold(): name for name in MARKS}
    found: dict[str, str] = {}
    for raw_name, raw in fields:
        name = names.get(raw_name.strip().casefold(), "")
        value = re.split(r"[;(]", raw[:LONGEST_FIELD], maxsplit=1)[0]
        value = "".join(value.split()) if name == "Return-Path" else " ".join(value.split())
        if name and found.get(name, "no").casefold() in ("", "no"):
            found[name] = value
    return found
