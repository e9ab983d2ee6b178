"""Removal of metadata from videos: boxes with position, place names and device are blanked."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from tabuah.resources.localisation import _
from tabuah.storage.blobs.errors import DamagedFile, KindRefused

# ISO/IEC 14496-12: `udta` and `meta` hold metadata, `uuid` vendor data; QuickTime uses the same.
_METADATA_BOXES: Final = frozenset({b"udta", b"meta", b"uuid", b"ilst", b"keys", b"XMP_"})
_CONTAINER_BOXES: Final = frozenset({b"moov", b"trak"})
# Telemetry tracks with the camera's position: GoPro, Google, Apple.
_TELEMETRY: Final = (b"gpmd", b"camm", b"location.ISO6709")
_MAX_DEPTH: Final = 4


class _Box(NamedTuple):
    kind: bytes
    start: int  # of the box
    content: int
    end: int


def strip_metadata(data: bytes) -> bytes:
    """Return the video with its metadata boxes blanked; media data keeps its file offsets.

    Raises:
        DamagedFile: it is incomplete.
        KindRefused: it has a track with the camera's positions.
    """
    film = bytearray(data)
    boxes = list(_boxes(film, 0, len(film)))
    if not {b"moov", b"mdat"} <= {box.kind for box in boxes}:
        raise DamagedFile(_damaged())
    _empty_descriptions(film, boxes, depth=0)
    return bytes(film)


def _empty_descriptions(film: bytearray, boxes: list[_Box], *, depth: int) -> None:
    for box in boxes:
        if box.kind in _METADATA_BOXES:
            film[box.start + 4 : box.start + 8] = b"free"
            film[box.content : box.end] = bytes(box.end - box.content)
        elif box.kind in _CONTAINER_BOXES and depth < _MAX_DEPTH:
            if box.kind == b"trak":
                _refuse_telemetry(bytes(film[box.content : box.end]))
            _empty_descriptions(film, list(_boxes(film, box.content, box.end)), depth=depth + 1)


def _refuse_telemetry(track: bytes) -> None:
    if any(sign in track for sign in _TELEMETRY):
        raise KindRefused(
            _("This video contains the camera's GPS track. Export it without GPS data and attach that file.")
        )


def _boxes(film: bytearray, start: int, end: int) -> Iterator[_Box]:
    """Yield the boxes between two offsets; each must lie completely between them."""
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
    return _("This video is damaged or incomplete. Copy it again from the camera.")
