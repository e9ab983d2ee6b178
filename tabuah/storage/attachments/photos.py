"""A photo made fit to be sent: upright, of a sensible size, free of what the camera added, and with a thumbnail."""

import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from typing import Any, Final

from PIL import Image, ImageOps

from tabuah.resources.catalogue import _
from tabuah.storage.attachments.origins import PhotoOrigin, origin_of
from tabuah.storage.blobs.errors import BlobTooLarge, DamagedFile
from tabuah.storage.blobs.kinds import FileKind

LONGEST_PX: Final = 2560
THUMBNAIL_PX: Final = 320
MAX_PIXELS: Final = 250_000_000  # phones take up to 200 million; one of these takes 750 MB to decode
_QUALITY: Final = 85
_THUMBNAIL_QUALITY: Final = 75
_LARGEST_PNG_BYTES: Final = 1024 * 1024  # a picture without a clear area is smaller as JPEG
_FORMATS: Final = {FileKind.JPEG: "JPEG", FileKind.PNG: "PNG", FileKind.WEBP: "WEBP", FileKind.HEIC: "HEIF"}
# What a damaged picture makes Pillow's decoders raise.
_BROKEN: Final = (
    *(OSError, SyntaxError, ValueError, EOFError, TypeError, IndexError, KeyError, RuntimeError, ArithmeticError),
    *(AttributeError, struct.error, zlib.error, Image.DecompressionBombError),
)

# Pillow warns at a third of this; the limit here is checked before anything is decoded
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo that can be kept: its bytes as `kind`, a thumbnail as JPEG, and what its camera knew."""

    data: bytes
    kind: FileKind
    thumbnail: bytes
    origin: PhotoOrigin


def prepare_photo(data: bytes, kind: FileKind, *, original: bool = False) -> Photo:
    """Take a photo as a person has it and give back what may be stored.

    Args:
        data: the file.
        kind: what it is.
        original: keep all its pixels; else the longer side has 2560 at most.

    Raises:
        DamagedFile: it is not whole.
        BlobTooLarge: it has more pixels than can be worked on.
    """
    try:
        # Pillow warns, from the opening on, about what a camera wrote wrongly beside the pixels
        with warnings.catch_warnings(action="ignore"), _open(data, kind) as file:
            if file.width * file.height > MAX_PIXELS:
                raise BlobTooLarge(_("This photo has too many pixels. Make it smaller and attach it again."))
            return _prepared(file, len(data), kind, _origin(file), original=original)
    except MemoryError as error:
        raise BlobTooLarge(_("This photo is too large for this computer's memory.")) from error
    except _BROKEN as error:
        raise DamagedFile(
            _("This photo is damaged or not complete. Copy it anew from the camera, or take it again.")
        ) from error


def _open(data: bytes, kind: FileKind) -> Image.Image:
    if kind is FileKind.HEIC:
        from pi_heif import register_heif_opener  # noqa: PLC0415 - loads a decoder that few photos need

        register_heif_opener(thumbnails=False)
    return Image.open(io.BytesIO(data), formats=(_FORMATS[kind],))


def _origin(file: Image.Image) -> PhotoOrigin:
    try:
        return origin_of(file.getexif())
    except _BROKEN:
        return PhotoOrigin()


def _upright(file: Image.Image) -> Image.Image:
    """Decoded and turned as the camera was held; a photo is not lost because that is written wrongly."""
    file.load()
    try:
        return ImageOps.exif_transpose(file)
    except _BROKEN:
        return file.copy()


def _prepared(file: Image.Image, room: int, kind: FileKind, origin: PhotoOrigin, *, original: bool) -> Photo:
    tables = getattr(file, "quantization", None)
    reduced = not original and max(file.size) > LONGEST_PX
    if reduced:
        file.draft("RGB", (LONGEST_PX, LONGEST_PX))  # a JPEG is decoded at a half or a quarter of its size
    colours = file.info.get("icc_profile")
    picture = _upright(file)
    if reduced:
        picture.thumbnail((LONGEST_PX, LONGEST_PX), Image.Resampling.LANCZOS)
    flat = _flat(picture)
    thumbnail = _thumbnail(flat)
    if kind is FileKind.PNG:
        drawn = _png(picture, colours)
        if original or _has_clear_area(picture) or len(drawn) <= _LARGEST_PNG_BYTES:
            return Photo(data=drawn, kind=FileKind.PNG, thumbnail=thumbnail, origin=origin)
    return Photo(
        data=_photo_jpeg(flat, colours, None if reduced else tables, room=room, original=original),
        kind=FileKind.JPEG,
        thumbnail=thumbnail,
        origin=origin,
    )


def _photo_jpeg(picture: Image.Image, colours: Any, tables: Any, *, room: int, original: bool) -> bytes:
    """As JPEG; with its own tables (how hard it was compressed) where that keeps it as it was or from growing."""
    own = {"qtables": tables} if tables else {"quality": 95, "subsampling": 0}
    if original:
        return _jpeg(picture, colours, own)
    encoded = _jpeg(picture, colours, {"quality": _QUALITY})
    if tables and len(encoded) > room:
        return min(encoded, _jpeg(picture, colours, own), key=len)
    return encoded


def _flat(picture: Image.Image) -> Image.Image:
    """In three colours; what is clear becomes white."""
    if not _has_clear_area(picture):
        return picture.convert("RGB")
    page = Image.new("RGBA", picture.size, "white")
    page.alpha_composite(picture.convert("RGBA"))
    return page.convert("RGB")


def _has_clear_area(picture: Image.Image) -> bool:
    return picture.has_transparency_data


def _thumbnail(picture: Image.Image) -> bytes:
    small = picture.copy()
    small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.LANCZOS)
    return _jpeg(small, None, {"quality": _THUMBNAIL_QUALITY})


def _jpeg(picture: Image.Image, colours: Any, how: dict[str, Any]) -> bytes:
    bare = _bare(picture)
    written = io.BytesIO()
    bare.save(written, "JPEG", optimize=True, progressive=True, icc_profile=colours, **how)
    return written.getvalue()


def _png(picture: Image.Image, colours: Any) -> bytes:
    written = io.BytesIO()
    _bare(picture).save(written, "PNG", optimize=True, icc_profile=colours)
    return written.getvalue()


def _bare(picture: Image.Image) -> Image.Image:
    """The pixels alone: Pillow writes some of what it finds beside them without being asked."""
    bare = picture.copy()
    clear = bare.info.get("transparency")
    bare.info = {} if clear is None else {"transparency": clear}
    bare.getexif().clear()
    return bare
