"""Photos of an incident made fit for a document: upright, small, without the place where the camera was."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from tabuah.operations.attachments import Attachment
from tabuah.storage.blobs.errors import BlobError
from tabuah.storage.blobs.store import BlobStore

AT_MOST: Final = 4
_LONGEST_PX: Final = 1400
_LARGEST_MB: Final = 256  # of memory for one decoded picture
_FORMATS: Final = frozenset({"image/jpeg", "image/png", "image/webp"})


def photo_prints(attachments: Iterable[Attachment], folder: Path) -> list[tuple[Attachment, bytes]]:
    """The first photos whose files are here and can be read, each as JPEG."""
    blobs, prints = BlobStore(folder), list[tuple[Attachment, bytes]]()
    for attachment in attachments:
        if attachment.media_type in _FORMATS and len(prints) < AT_MOST:
            printed = _print(blobs, attachment.sha256)
            if printed:
                prints.append((attachment, printed))
    return prints


def _print(blobs: BlobStore, sha256: str) -> bytes:
    """A picture as JPEG, empty where it is missing or broken; writing it anew drops what the camera added."""
    try:
        reader = QImageReader(str(blobs.checked(sha256)))
    except BlobError:
        return b""
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    reader.setAllocationLimit(_LARGEST_MB)
    picture = reader.read()
    if picture.isNull():
        return b""
    fitted = QSize(picture.size()).scaled(_LONGEST_PX, _LONGEST_PX, Qt.AspectRatioMode.KeepAspectRatio)
    if fitted.width() < picture.width():
        picture = picture.scaled(
            fitted, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    return _jpeg(picture.convertToFormat(QImage.Format.Format_RGB32))


def _jpeg(picture: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    for key in picture.textKeys():
        picture.setText(key, "")
    picture.save(buffer, "JPG", 86)  # type: ignore[call-overload]  # the stubs want bytes, the method text
    return bytes(data.data())
