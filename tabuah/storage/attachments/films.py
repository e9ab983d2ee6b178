"""A film without what the camera added: the boxes that hold position, place names and the device are emptied."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from tabuah.resources.catalogue import _
from tabuah.storage.blobs.errors import DamagedFile, KindRefused

# ISO/IEC 14496-12: `udta` and `meta` describe, `uuid` is anybody's; QuickTime uses the same.
_DESCRIBING: Final = frozenset({b"udta", b"meta", b"uuid", b"ilst", b"keys", b"XMP_"})
_HOLDING: Final = frozenset({b"moov", b"trak"})
# Tracks that tell where the camera was at each moment: GoPro, Google, Apple.
_TELEMETRY: Final = (b"gpmd", b"camm", b"location.ISO6709")
_DEEPEST: Final = 4


class _Box(NamedTuple):
    kind: bytes
    start: int  # of the box
    content: int
    end: int


def without_metadata(data: bytes) -> bytes:
    """The film with the same pictures and sounds at the same places, and empty space where it was described.

    Raises:
        DamagedFile: it is not whole.
        KindRefused: a track of it holds the camera's positions.
    """
    film = bytearray(data)
    boxes = list(_boxes(film, 0, len(film)))
    if not {b"moov", b"mdat"} <= {box.kind for box in boxes}:
        raise DamagedFile(_damaged())
    _empty_descriptions(film, boxes, depth=0)
    return bytes(film)


def _empty_descriptions(film: bytearray, boxes: list[_Box], *, depth: int) -> None:
    for box in boxes:
        if box.kind in _DESCRIBING:
            film[box.start + 4 : box.start + 8] = b"free"
            film[box.content : box.end] = bytes(box.end - box.content)
        elif box.kind in _HOLDING and depth < _DEEPEST:
            if box.kind == b"trak":
                _refuse_telemetry(bytes(film[box.content : box.end]))
            _empty_descriptions(film, list(_boxes(film, box.content, box.end)), depth=depth + 1)


def _refuse_telemetry(track: bytes) -> None:
    if any(sign in track for sign in _TELEMETRY):
        raise KindRefused(
            _("This film holds a track of where the camera was. Export it without GPS data and attach that.")
        )


def _boxes(film: bytearray, start: int, end: int) -> Iterator[_Box]:
    """The boxes between two places, each of which must lie wholly between them."""
    while start < end:
        size, kind, content = int.from_bytes(film[start : start + 4], "big"), bytes(film[start + 4 : start + 8]), 8
        if size == 1:
            size, content = int.from_bytes(film[start + 8 : start + 16], "big"), 16
        elif size == 0:
            size = end - start
        if size < content or start + size > end:
            raise DamagedFile(_damaged())
        yield _Box(kind, start, start + content, start + size)
        start += size


def _damaged() -> str:
    return _("This film is damaged or not complete. Copy it anew from the camera.")
