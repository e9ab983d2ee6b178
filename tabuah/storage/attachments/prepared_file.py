"""A user's file prepared as an attachment: checked, reduced, ready for its entry."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from tabuah.operations.attachments.attachment import MAX_ATTACHMENTS, Attachment
from tabuah.operations.attachments.transfer import PhotoOrigin
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _
from tabuah.storage.attachments.photos import prepare_photo
from tabuah.storage.attachments.video_metadata import strip_metadata
from tabuah.storage.blobs.errors import (
    BlobTooLarge,
    DamagedFile,
    FileUnreadable,
    KindRefused,
    ProgramRefused,
    TooManyAttached,
)
from tabuah.storage.blobs.file_kinds import FileKind, is_old_office, is_program, kind_of, safe_name
from tabuah.storage.blobs.store import MAX_BLOB_BYTES, BlobStore, too_large_message


class PreparedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that can be attached and is not stored yet.

    `contents` are its own bytes and its thumbnail's. `origin` is offered to its author. `size_before`
    is the file's original size in bytes.
    """

    attachment: Attachment
    contents: tuple[bytes, ...]
    origin: PhotoOrigin
    size_before: int

    def keep(self, blobs: BlobStore) -> None:
        """Store the contents; save the entry with `attachment` after this.

        Raises:
            BlobNotSaved: the disk did not accept it.
        """
        for content in self.contents:
            blobs.add(content)


def prepare_file(file: Path, *, caption: str = "", original: bool = False) -> PreparedFile:
    """Prepare a user's file as an attachment.

    Args:
        file: the file; it is only read.
        caption: the caption.
        original: keep all pixels of a photo.

    Raises:
        NotAttachable: it is damaged, a program, or of a type that may not be attached.
        BlobTooLarge: it is too large.
    """
    data = _read(file)
    kind = _accepted_kind(file, data)
    if kind.is_photo:
        return _prepared_photo(file, data, kind, caption=caption, original=original)
    content = data
    if kind.is_video:
        content = strip_metadata(data)
    elif kind is FileKind.PDF and b"%%EOF" not in data[-2048:]:
        raise DamagedFile(_("{file} is not complete: its end is missing.").format(file=file.name))
    return PreparedFile(
        attachment=_attachment(file, content, kind, caption),
        contents=(content,),
        origin=PhotoOrigin(),
        size_before=len(data),
    )


def split_new_and_known(
    prepared: Iterable[PreparedFile], known: Iterable[Attachment]
) -> tuple[list[PreparedFile], list[PreparedFile]]:
    """Split files into new ones, and ones that are attached already or given twice."""
    seen = {attachment.sha256 for attachment in known}
    news: list[PreparedFile] = []
    again: list[PreparedFile] = []
    for file in prepared:
        (again if file.attachment.sha256 in seen else news).append(file)
        seen.add(file.attachment.sha256)
    return news, again


def check_attachment_limit(owner: Incident | Station, count: int) -> None:
    """Check that an incident or a station has room for `count` more attachments.

    Raises:
        TooManyAttached: it has not.
    """
    if isinstance(owner, Incident):
        name, has = owner.number, len(owner.attachments)
    else:
        name, has = owner.code, len(owner.files.kept)
    if has + count > MAX_ATTACHMENTS:
        raise TooManyAttached(
            _("{number} has {n} attachments; the maximum is {most}.").format(number=name, n=has, most=MAX_ATTACHMENTS)
        )


def _prepared_photo(file: Path, data: bytes, kind: FileKind, *, caption: str, original: bool) -> PreparedFile:
    photo = prepare_photo(data, kind, original=original)
    attachment = msgspec.structs.replace(
        _attachment(file, photo.data, photo.kind, caption),
        thumbnail=hashlib.sha256(photo.thumbnail).hexdigest(),
        thumbnail_size=len(photo.thumbnail),
    )
    return PreparedFile(
        attachment=attachment, contents=(photo.data, photo.thumbnail), origin=photo.origin, size_before=len(data)
    )


def _attachment(file: Path, content: bytes, kind: FileKind, caption: str) -> Attachment:
    return Attachment(
        sha256=hashlib.sha256(content).hexdigest(),
        name=safe_name(file.name, kind),
        media_type=kind.value,
        size=len(content),
        caption=caption,
    )


def _read(file: Path) -> bytes:
    try:
        if file.exists() and not file.is_file():  # opening a named pipe would wait for its writer
            raise FileUnreadable(_("{file} is not a regular file. Nothing was attached.").format(file=file))
        with file.open("rb") as opened:
            data = opened.read(MAX_BLOB_BYTES + 1)
    except OSError as error:
        text = _("{file} cannot be read: {reason}. Nothing was attached.")
        raise FileUnreadable(text.format(file=file, reason=error.strerror or str(error))) from error
    if len(data) > MAX_BLOB_BYTES:
        raise BlobTooLarge(too_large_message())
    return data


def _accepted_kind(file: Path, data: bytes) -> FileKind:
    if not data:
        raise DamagedFile(_("{file} is empty.").format(file=file.name))
    if is_program(data):
        raise ProgramRefused(_("{file} is a program. Programs cannot be attached.").format(file=file.name))
    if is_old_office(data):
        raise KindRefused(
            _("{file} is of an old office format, which can hold macros. Save it as PDF, DOCX or XLSX.").format(
                file=file.name
            )
        )
    kind = kind_of(data)
    if kind is None:
        raise KindRefused(
            _(
                "{file} cannot be attached. Photos (JPEG, PNG, WebP, HEIC), videos (MP4, MOV), PDF, office "
                "documents without macros and plain text can."
            ).format(file=file.name)
        )
    return kind
