"""Attaching a file: looked at, made fit, and stored; what comes out is what the incident's entry carries."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tabuah.operations.incidents.bodies import IncidentAttached
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.catalogue import _
from tabuah.storage.attachments.films import without_metadata
from tabuah.storage.attachments.origins import PhotoOrigin
from tabuah.storage.attachments.photos import prepare_photo
from tabuah.storage.blobs.errors import (
    BlobTooLarge,
    DamagedFile,
    FileUnreadable,
    KindRefused,
    ProgramRefused,
    TooManyAttached,
)
from tabuah.storage.blobs.kinds import FileKind, is_old_office, is_program, kind_of, safe_name
from tabuah.storage.blobs.store import MAX_BLOB_BYTES, BlobStore, too_large_message

MOST_ATTACHMENTS: Final = 500  # of one incident


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedFile:
    """A file that is stored and can be attached; `origin` is offered to its author, `size_before` in bytes."""

    attachment: IncidentAttached
    origin: PhotoOrigin
    size_before: int


def prepare_file(blobs: BlobStore, file: Path, *, caption: str = "", original: bool = False) -> PreparedFile:
    """Make a person's file an attachment.

    Args:
        blobs: where it is stored.
        file: the file; it is only read.
        caption: what it shows.
        original: keep all pixels of a photo.

    Raises:
        NotAttachable: it is damaged, a program, or of no kind that may be attached.
        BlobTooLarge: it is too large.
        BlobNotSaved: the disk did not take it.
    """
    data = _read(file)
    kind = _accepted_kind(file, data)
    if kind.is_photo:
        return _keep_photo(blobs, file, data, kind, caption=caption, original=original)
    if kind.is_film:
        data = without_metadata(data)
    elif kind is FileKind.PDF and b"%%EOF" not in data[-2048:]:
        raise DamagedFile(_("{file} is not complete: its end is missing.").format(file=file.name))
    blob = blobs.add(data)
    attachment = IncidentAttached(
        sha256=blob.sha256, name=safe_name(file.name, kind), media_type=kind.value, size=blob.size, caption=caption
    )
    return PreparedFile(attachment=attachment, origin=PhotoOrigin(), size_before=len(data))


def check_room(incident: Incident, count: int) -> None:
    """Whether an incident takes so many more.

    Raises:
        TooManyAttached: it does not.
    """
    if len(incident.attachments) + count > MOST_ATTACHMENTS:
        raise TooManyAttached(
            _("{number} has {n} attachments; more than {most} are not possible.").format(
                number=incident.number, n=len(incident.attachments), most=MOST_ATTACHMENTS
            )
        )


def _keep_photo(
    blobs: BlobStore, file: Path, data: bytes, kind: FileKind, *, caption: str, original: bool
) -> PreparedFile:
    photo = prepare_photo(data, kind, original=original)
    blob, thumbnail = blobs.add(photo.data), blobs.add(photo.thumbnail)
    attachment = IncidentAttached(
        sha256=blob.sha256,
        name=safe_name(file.name, photo.kind),
        media_type=photo.kind.value,
        size=blob.size,
        caption=caption,
        thumbnail=thumbnail.sha256,
        thumbnail_size=thumbnail.size,
    )
    return PreparedFile(attachment=attachment, origin=photo.origin, size_before=len(data))


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BLOB_BYTES + 1)
    except OSError as error:
        told = _("{file} cannot be read: {reason}. Nothing was attached.")
        raise FileUnreadable(told.format(file=file, reason=error.strerror or str(error))) from error
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
                "{file} is nothing that can be attached. Photos (JPEG, PNG, WebP, HEIC), films (MP4, MOV), PDF, "
                "office documents without macros and plain text can."
            ).format(file=file.name)
        )
    return kind
