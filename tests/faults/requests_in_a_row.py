"""Tells HTTP/1.1 requests with a length apart that come one after the other on a connection."""

from typing import Final

_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length:"


class RequestReader:
    """Fed with what comes up a connection; gives whole requests. `is_late` is for the line to note."""

    def __init__(self) -> None:
        self.is_late = False
        self._came = bytearray()

    @property
    def is_between(self) -> bool:
        """Whether no request is half here."""
        return not self._came

    def feed(self, data: bytes) -> list[bytes]:
        """The requests that are whole now."""
        self._came += data
        whole = []
        while (size := self._size()) is not None and len(self._came) >= size:
            whole.append(bytes(self._came[:size]))
            del self._came[:size]
        return whole

    def _size(self) -> int | None:
        """How long the first request is; None while its head is not whole."""
        end = self._came.find(_END)
        if end < 0:
            return None
        for line in bytes(self._came[:end]).split(b"\r\n"):
            if line.lower().startswith(_LENGTH):
                return end + len(_END) + int(line[len(_LENGTH) :])
        return end + len(_END)
