"""Preparation of photos: upright, reduced, without metadata, with a thumbnail."""

import io
import struct
import warnings
import zlib
from typing import Any, Final

import msgspec
from PIL import Image, ImageOps

from tabuah.operations.attachments.transfer import PhotoOrigin
from tabuah.resources.localisation import _
from tabuah.storage.attachments.photo_origin import origin_of
from tabuah.storage.blobs.errors import BlobTooLarge, DamagedFile
from tabuah.storage.blobs.file_kinds import FileKind

LONGEST_PX: Final = 2560
THUMBNAIL_PX: Final = 320
MAX_PIXELS: Final = 250_000_000  # phones take up to 200 million; one of these takes 750 MB to decode
_QUALITY: Final = 85
_THUMBNAIL_QUALITY: Final = 75
_LARGEST_PNG_BYTES: Final = 1024 * 1024  # a photo without transparency is smaller as JPEG
_FORMATS: Final = {FileKind.JPEG: "JPEG", FileKind.PNG: "PNG", FileKind.WEBP: "WEBP", FileKind.HEIC: "HEIF"}
# The exceptions that Pillow's decoders raise for a damaged picture.
_BROKEN: Final = (
    *(OSError, SyntaxError, ValueError, EOFError, TypeError, IndexError, KeyError, RuntimeError, ArithmeticError),
    *(AttributeError, struct.error, zlib.error, Image.DecompressionBombError),
)

# Pillow warns at a third of this; we check our own limit before decoding
Image.MAX_IMAGE_PIXELS = None


class PreparedPhoto(msgspec.Struct, frozen=True, kw_only=True):
    """A photo ready to store: its bytes as `kind`, a JPEG thumbnail, and its EXIF origin."""

    data: bytes
    kind: FileKind
    thumbnail: bytes
    origin: PhotoOrigin


def prepare_photo(data: bytes, kind: FileKind, *, original: bool = False) -> PreparedPhoto:
    """Prepare a user's photo for storage.

    Args:
        data: the file's content.
        kind: its detected type.
        original: keep all pixels; otherwise the longer side is reduced to 2560 px.

    Raises:
        DamagedFile: it is damaged or incomplete.
        BlobTooLarge: it has too many pixels.
    """
    try:
        # Pillow warns about invalid metadata from opening on; the metadata is dropped anyway
        with warnings.catch_warnings(action="ignore"), _open(data, kind) as file:
            if file.width * file.height > MAX_PIXELS:
                raise BlobTooLarge(_("This photo has too many pixels. Make it smaller and attach it again."))
            return _prepared(file, len(data), kind, _origin(file), original=original)
    except MemoryError as error:
        raise BlobTooLarge(_("This photo is too large for this computer's memory.")) from error
    except _BROKEN as error:
        raise DamagedFile(
            _("This photo is damaged or incomplete. Copy it again from the camera, or take it again.")
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
    """Decode and rotate by the EXIF orientation; invalid orientation data does not lose the photo."""
    file.load()
    try:
        return ImageOps.exif_transpose(file)
    except _BROKEN:
        return file.copy()


def _prepared(file: Image.Image, room: int, kind: FileKind, origin: PhotoOrigin, *, original: bool) -> PreparedPhoto:
    tables = getattr(file, "quantization", None)
    reduced = not original and max(file.size) > LONGEST_PX
    if reduced:
        file.draft("RGB", (LONGEST_PX, LONGEST_PX))  # decode a JPEG at a half or a quarter of its size
    colours = file.info.get("icc_profile")
    picture = _upright(file)
    if reduced:
        picture.thumbnail((LONGEST_PX, LONGEST_PX), Image.Resampling.LANCZOS)
    flat = _flat(picture)
    thumbnail = _thumbnail(flat)
    if kind is FileKind.PNG:
        drawn = _png(picture, colours)
        if original or _has_clear_area(picture) or len(drawn) <= _LARGEST_PNG_BYTES:
            return PreparedPhoto(data=drawn, kind=FileKind.PNG, thumbnail=thumbnail, origin=origin)
    return PreparedPhoto(
        data=_photo_jpeg(flat, colours, None if reduced else tables, room=room, original=original),
        kind=FileKind.JPEG,
        thumbnail=thumbnail,
        origin=origin,
    )


def _photo_jpeg(picture: Image.Image, colours: Any, tables: Any, *, room: int, original: bool) -> bytes:
    """Encode as JPEG, with the original's quantisation tables where that preserves it or is smaller."""
    own = {"qtables": tables} if tables else {"quality": 95, "subsampling": 0}
    if original:
        return _jpeg(picture, colours, own)
    encoded = _jpeg(picture, colours, {"quality": _QUALITY})
    if tables and len(encoded) > room:
        return min(encoded, _jpeg(picture, colours, own), key=len)
    return encoded


def _flat(picture: Image.Image) -> Image.Image:
    """Convert to RGB; transparent areas become white."""
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
    """Return the pixels alone: Pillow writes some metadata that it finds in `info` without being asked."""
    bare = picture.copy()
    clear = bare.info.get("transparency")
    bare.info = {} if clear is None else {"transparency": clear}
    bare.getexif().clear()
    return bare
