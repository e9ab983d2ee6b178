"""Which bytes of a file a request asks for."""

import re
from typing import Final

from tabuah.server.errors import Refusal

_RANGE: Final = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")


def bytes_in(header: str, size: int) -> tuple[int, int]:
    """The first byte and the one after the last that `Range` names; all of them where it names none that we serve.

    Raises:
        Refusal: they lie behind the end of the file.
    """
    match = _RANGE.fullmatch(header)
    if match is None:
        return 0, size
    first, last = int(match[1]), int(match[2] or size)
    if (first and first >= size) or last < first:
        raise Refusal(416, "wrong_offset", f"it has {size} bytes", headers={"Content-Range": f"bytes */{size}"})
    return first, min(last + 1, size)
