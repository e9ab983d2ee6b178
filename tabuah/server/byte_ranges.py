"""Byte ranges of downloads (`Range` header)."""

import re
from typing import Final

from tabuah.server.errors import Refusal

_RANGE: Final = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")


def requested_range(header: str, size: int) -> tuple[int, int]:
    """Return the requested range as (first byte, byte after the last); the whole file for an unsupported header.

    Raises:
        Refusal: the range starts after the end of the file.
    """
    match = _RANGE.fullmatch(header)
    if match is None:
        return 0, size
    first, last = int(match[1]), int(match[2] or size)
    if (first and first >= size) or last < first:
        raise Refusal(416, "wrong_offset", f"it has {size} bytes", headers={"Content-Range": f"bytes */{size}"})
    return first, min(last + 1, size)
