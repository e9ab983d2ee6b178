"""Thumbnails of attachments that are stored here."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from tabuah.operations.attachments.attachment import Attachment

_THUMB: QSize = QSize(184, 136)  # twice the displayed size


def read_pictures(blobs: Path, attachments: Iterable[Attachment]) -> dict[str, QImage]:
    """Read thumbnails of the attachments that are stored here, by SHA-256; other files are left out.

    A photo's thumbnail arrives long before the photo itself.
    """
    pictures = {}
    for attachment in attachments:
        files = [blob_path(blobs, sha256) for sha256 in (attachment.thumbnail, attachment.sha256) if sha256]
        file = next((file for file in files if file.is_file()), None)
        if attachment.is_photo and file is not None:
            picture = read_thumbnail(file)
            if picture is not None:
                pictures[attachment.sha256] = picture
    return pictures


def blob_path(blobs: Path, sha256: str) -> Path:
    """Return the path of an attachment."""
    return blobs / sha256


def read_thumbnail(file: Path) -> QImage | None:
    """Read a picture at thumbnail size; None if it cannot be read."""
    reader = QImageReader(str(file))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(size.scaled(_THUMB, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    image = reader.read()
    return None if image.isNull() else image
