"""Photos of an incident prepared for a document: upright, reduced, without location metadata."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from tabuah.operations.attachments.attachment import Attachment
from tabuah.storage.blobs.errors import BlobError
from tabuah.storage.blobs.store import BlobStore

MAX_PHOTOS: Final = 4
_MAX_SIDE_PX: Final = 1400
_MAX_DECODED_MB: Final = 256  # memory limit of a decoded picture
_FORMATS: Final = frozenset({"image/jpeg", "image/png", "image/webp"})


def prepare_photos(attachments: Iterable[Attachment], folder: Path) -> list[tuple[Attachment, bytes]]:
    """Return the first readable local photos as JPEG."""
    blobs, prints = BlobStore(folder), list[tuple[Attachment, bytes]]()
    for attachment in attachments:
        if attachment.media_type in _FORMATS and len(prints) < MAX_PHOTOS:
            printed = _encode_photo(blobs, attachment.sha256)
            if printed:
                prints.append((attachment, printed))
    return prints


def _encode_photo(blobs: BlobStore, sha256: str) -> bytes:
    """Encode a picture as JPEG without metadata; empty where it is missing or damaged."""
    try:
        reader = QImageReader(str(blobs.verified_path(sha256)))
    except BlobError:
        return b""
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    reader.setAllocationLimit(_MAX_DECODED_MB)
    picture = reader.read()
    if picture.isNull():
        return b""
    fitted = QSize(picture.size()).scaled(_MAX_SIDE_PX, _MAX_SIDE_PX, Qt.AspectRatioMode.KeepAspectRatio)
    if fitted.width() < picture.width():
        picture = picture.scaled(
            fitted, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    return _encode_jpeg(picture.convertToFormat(QImage.Format.Format_RGB32))


def _encode_jpeg(picture: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    for key in picture.textKeys():
        picture.setText(key, "")
    picture.save(buffer, "JPG", 86)  # type: ignore[call-overload]  # the stubs want bytes, the method text
    return bytes(data.data())
