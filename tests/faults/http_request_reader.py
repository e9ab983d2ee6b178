"""Splitter of HTTP/1.1 requests with a length on one connection."""

from typing import Final

_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length:"


class RequestReader:
    """Takes received data and returns complete requests. `is_late` is set by the relay."""

    def __init__(self) -> None:
        self.is_late = False
        self._came = bytearray()

    @property
    def is_between(self) -> bool:
        """Return whether no request is partly received."""
        return not self._came

    def feed(self, data: bytes) -> list[bytes]:
        """Return the requests that are now complete."""
        self._came += data
        whole = []
        while (size := self._size()) is not None and len(self._came) >= size:
            whole.append(bytes(self._came[:size]))
            del self._came[:size]
        return whole

    def _size(self) -> int | None:
        """Return the length of the first request; None while its head is incomplete."""
        end = self._came.find(_END)
        if end < 0:
            return None
        for line in bytes(self._came[:end]).split(b"\r\n"):
            if line.lower().startswith(_LENGTH):
                return end + len(_END) + int(line[len(_LENGTH) :])
        return end + len(_END)
