"""The blob store: a folder of attachments named by their SHA-256, each complete and verified."""

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final

import msgspec

from tabuah.resources.localisation import _
from tabuah.storage.blobs.errors import (
    BlobMissing,
    BlobNotSaved,
    BlobTooLarge,
    DamagedBlob,
    ProgramRefused,
    WrongContent,
    WrongOffset,
)
from tabuah.storage.blobs.file_kinds import HEAD_BYTES, is_program
from tabuah.storage.data_files import sync_folder

MAX_BLOB_BYTES: Final = 50 * 1024 * 1024
PIECE_BYTES: Final = 256 * 1024
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class Blob(msgspec.Struct, frozen=True):
    """A stored attachment: `sha256` in hex, `size` in bytes."""

    sha256: str
    size: int


class BlobStore:
    """Attachments in `folder`, and partially received ones in `folder/partial`.

    A damaged file is moved to `folder/damaged`, so that it counts as missing and can be fetched again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._partial = folder / "partial"
        self._damaged = folder / "damaged"
        self._sound: dict[str, tuple[int, int]] = {}  # size and mtime at its last verification
        with contextlib.suppress(OSError):  # on a full or read-only disk everything can still be read
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._partial.mkdir(mode=0o700, exist_ok=True)

    def path_of(self, sha256: str) -> Path:
        """Return the path where an attachment is, or would be.

        Raises:
            BlobMissing: `sha256` is not a hash.
        """
        if not _SHA256.fullmatch(sha256):
            raise BlobMissing("that is no SHA-256 in hex")
        return self.folder / sha256

    def size_of(self, sha256: str) -> int | None:
        """Return the size in bytes; None when it is not here."""
        try:
            return self.path_of(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def stored_at(self, sha256: str) -> float | None:
        """Return when an attachment was stored, in seconds since 1970; None when it is not here."""
        try:
            return self.path_of(sha256).stat().st_mtime
        except FileNotFoundError:
            return None

    def add_file(self, source: Path) -> Blob:
        """Copy a file into the store.

        Raises:
            BlobTooLarge: it is larger than `MAX_BLOB_BYTES`.
            BlobNotSaved: the disk did not accept it.
            OSError: it cannot be read.
        """
        with source.open("rb") as file:
            return self._add(iter(lambda: file.read(PIECE_BYTES), b""))

    def add(self, data: bytes) -> Blob:
        """Store bytes; raises like `add_file`."""
        return self._add((data,))

    def read(self, sha256: str) -> bytes:
        """Return an attachment's content; raises like `verified_path`."""
        return self.verified_path(sha256).read_bytes()

    def stored(self) -> list[str]:
        """Return the hashes of the attachments that are here."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if _SHA256.fullmatch(path.name))

    def verified_path(self, sha256: str, *, again: bool = False) -> Path:
        """Return the path of an attachment, verified against its hash since its last change, or `again`.

        Raises:
            BlobMissing: it is not here.
            DamagedBlob: it no longer matches its hash and was quarantined.
        """
        path = self.path_of(sha256)
        try:
            found = path.stat()
            seen = (found.st_size, found.st_mtime_ns)
            if self._sound.get(sha256) == seen and not again:
                return path
            with path.open("rb") as file:
                whole = hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except FileNotFoundError as error:
            raise BlobMissing(_missing(sha256)) from error
        except OSError:
            whole = False  # a bad sector
        if not whole:
            self._quarantine(path)
            raise DamagedBlob(_("The attachment {sha256} was damaged on this disk.").format(sha256=sha256))
        self._sound[sha256] = seen
        return path

    def pieces(self, sha256: str, first: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield bytes `first` to before `end` of an attachment in pieces, without verification.

        Raises:
            BlobMissing: it is not here.
        """
        try:
            file = self.path_of(sha256).open("rb")
        except FileNotFoundError as error:
            raise BlobMissing(_missing(sha256)) from error
        with file:
            size = os.fstat(file.fileno()).st_size
            at, end = file.seek(first), min(end or size, size)
            while end - at > PIECE_BYTES:
                at += PIECE_BYTES
                yield file.read(PIECE_BYTES)
            last = file.read(max(end - at, 0))
        if last:  # the file is closed: a client that has every byte may leave before the generator ends
            yield last

    def received(self, sha256: str) -> int:
        """Return how many bytes of an attachment are here: all, or the part before an interruption."""
        size = self.size_of(sha256)
        if size is not None:
            return size
        try:
            return (self._partial / sha256).stat().st_size
        except FileNotFoundError:
            return 0

    @contextlib.contextmanager
    def receiving(self, sha256: str, offset: int) -> Iterator[IO[bytes]]:
        """Open the partial file to append the next piece; written bytes survive an interruption.

        Raises:
            WrongOffset: the piece does not begin where the last one ended.
            BlobNotSaved: the disk did not accept it.
        """
        self.path_of(sha256)
        try:
            with (self._partial / sha256).open("ab") as file:
                if file.tell() != offset:
                    raise WrongOffset(file.tell())
                yield file
        except OSError as error:
            raise _not_saved(error) from error

    def finish(self, sha256: str) -> Blob:
        """Verify a received attachment and publish it.

        Raises:
            WrongContent: it does not match its hash; it is discarded.
            ProgramRefused: it is a program; it is discarded.
            BlobMissing: nothing was received.
            BlobNotSaved: the disk did not accept it.
        """
        return self._verified(self._partial / self.path_of(sha256).name, sha256)

    def receive_whole(self, sha256: str, pieces: Iterable[bytes]) -> Blob:
        """Store an attachment that is received in one go; raises like `finish` and `add_file`."""
        self.path_of(sha256)
        partial = self._write(pieces)
        try:
            return self._verified(partial, sha256)
        finally:
            partial.unlink(missing_ok=True)

    def _verified(self, partial: Path, sha256: str) -> Blob:
        try:
            with partial.open("rb+") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                size = file.tell()
                file.seek(0)
                program = is_program(file.read(HEAD_BYTES))
                os.fsync(file.fileno())
            if program or digest != sha256:
                partial.unlink(missing_ok=True)
            if digest != sha256:
                raise WrongContent("what came does not have this SHA-256: send it again from the beginning")
            if program:
                raise ProgramRefused("programs are not taken as attachments")
            self._publish(partial, sha256)
        except FileNotFoundError as error:
            raise BlobMissing("nothing of it has come") from error
        except OSError as error:
            raise _not_saved(error) from error
        return Blob(sha256, size)

    def delete(self, sha256: str) -> None:
        """Delete an attachment, also a partial or quarantined one.

        Raises:
            OSError: another program has it open, or the disk is read-only.
        """
        path = self.path_of(sha256)
        for copy in (path, self._partial / path.name, self._damaged / path.name):
            copy.unlink(missing_ok=True)
        self._sound.pop(sha256, None)

    def delete_stale_partials(self, before: float) -> None:
        """Delete partial files that have not grown since `before` (seconds since 1970)."""
        for path in self._partial.iterdir() if self._partial.is_dir() else ():
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < before:
                    path.unlink()

    def _add(self, pieces: Iterable[bytes]) -> Blob:
        digest = hashlib.sha256()

        def digested() -> Iterator[bytes]:
            for piece in pieces:
                digest.update(piece)
                yield piece

        partial = self._write(digested())
        try:
            size = partial.stat().st_size
            self._publish(partial, digest.hexdigest())
        except OSError as error:
            raise _not_saved(error) from error
        finally:
            partial.unlink(missing_ok=True)
        return Blob(digest.hexdigest(), size)

    def _write(self, pieces: Iterable[bytes]) -> Path:
        """Write all pieces to a temporary file and fsync it; a failure leaves no file."""
        try:
            descriptor, name = tempfile.mkstemp(dir=self._partial)
        except OSError as error:
            raise _not_saved(error) from error
        partial, room = Path(name), MAX_BLOB_BYTES
        try:
            with os.fdopen(descriptor, "wb") as file:
                for piece in pieces:
                    room -= len(piece)
                    if room < 0:
                        raise BlobTooLarge(too_large_message())
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
        except BaseException as error:
            partial.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise _not_saved(error) from error
            raise
        return partial

    def _quarantine(self, path: Path) -> None:
        """Move a damaged file away; where that fails, the next read finds it damaged again."""
        with contextlib.suppress(OSError):
            self._damaged.mkdir(exist_ok=True)
            path.replace(self._damaged / path.name)

    def _publish(self, partial: Path, sha256: str) -> None:
        partial.replace(self.folder / sha256)
        sync_folder(self.folder)


def too_large_message() -> str:
    """Return the message about an attachment that is too large."""
    return _("An attachment may have at most {n} MB.").format(n=MAX_BLOB_BYTES // 1024 // 1024)


def _missing(sha256: str) -> str:
    return _("The attachment {sha256} is not here.").format(sha256=sha256)


def _not_saved(error: OSError) -> BlobNotSaved:
    reason = error.strerror or str(error)
    return BlobNotSaved(_("The attachment was not saved: {reason}").format(reason=reason))
