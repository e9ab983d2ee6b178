"""A folder of attachments named by their SHA-256; a file is there whole and verified or not at all."""

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from tabuah.resources.catalogue import _
from tabuah.storage.blobs.errors import (
    BlobMissing,
    BlobNotSaved,
    BlobTooLarge,
    DamagedBlob,
    ProgramRefused,
    WrongContent,
    WrongOffset,
)
from tabuah.storage.blobs.kinds import HEAD_BYTES, is_program

MAX_BLOB_BYTES: Final = 50 * 1024 * 1024
PIECE_BYTES: Final = 256 * 1024
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Blob:
    """What is known of a stored attachment: `sha256` in hex, `size` in bytes."""

    sha256: str
    size: int


class BlobStore:
    """Attachments under `folder`; pieces of those that are still coming under `folder/partial`.

    What is found damaged goes to `folder/damaged`, so that it is missing here and can come anew.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._partial = folder / "partial"
        self._sound: dict[str, tuple[int, int]] = {}  # size and time of change when it was last found to be whole
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._partial.mkdir(mode=0o700, exist_ok=True)

    def path_of(self, sha256: str) -> Path:
        """Where an attachment is, or would be.

        Raises:
            BlobMissing: that is no hash.
        """
        if not _SHA256.fullmatch(sha256):
            raise BlobMissing("that is no SHA-256 in hex")
        return self.folder / sha256

    def size_of(self, sha256: str) -> int | None:
        """The size in bytes; None when it is not here."""
        try:
            return self.path_of(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def add_file(self, source: Path) -> Blob:
        """Copy a file in.

        Raises:
            BlobTooLarge: it is larger than `MAX_BLOB_BYTES`.
            BlobNotSaved: the disk did not take it.
            OSError: it cannot be read.
        """
        with source.open("rb") as file:
            return self._add(iter(lambda: file.read(PIECE_BYTES), b""))

    def add(self, data: bytes) -> Blob:
        """Store some bytes; raises like `add_file`."""
        return self._add((data,))

    def read(self, sha256: str) -> bytes:
        """All of an attachment; raises like `checked`."""
        return self.checked(sha256).read_bytes()

    def checked(self, sha256: str) -> Path:
        """Where an attachment lies that was found to be what its hash says since it last changed.

        Raises:
            BlobMissing: it is not here.
            DamagedBlob: it was here, is no longer what it was, and was put aside.
        """
        path = self.path_of(sha256)
        try:
            found = path.stat()
            seen = (found.st_size, found.st_mtime_ns)
            if self._sound.get(sha256) == seen:
                return path
            with path.open("rb") as file:
                whole = hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except FileNotFoundError as error:
            raise BlobMissing(_missing(sha256)) from error
        except OSError:
            whole = False  # a bad spot of the disk
        if not whole:
            self._put_aside(path)
            raise DamagedBlob(_("The attachment {sha256} was damaged on this disk.").format(sha256=sha256))
        self._sound[sha256] = seen
        return path

    def pieces(self, sha256: str, first: int = 0, end: int | None = None) -> Iterator[bytes]:
        """An attachment in pieces, from byte `first` on to before byte `end`, as it lies there.

        Raises:
            BlobMissing: it is not here.
        """
        try:
            file = self.path_of(sha256).open("rb")
        except FileNotFoundError as error:
            raise BlobMissing(_missing(sha256)) from error
        with file:
            at = file.seek(first)
            while piece := file.read(min(PIECE_BYTES, (end or MAX_BLOB_BYTES) - at)):
                at += len(piece)
                yield piece

    def received(self, sha256: str) -> int:
        """How many bytes of an attachment are here: all, or what came before the line broke."""
        size = self.size_of(sha256)
        if size is not None:
            return size
        try:
            return (self._partial / sha256).stat().st_size
        except FileNotFoundError:
            return 0

    @contextlib.contextmanager
    def receiving(self, sha256: str, offset: int) -> Iterator[IO[bytes]]:
        """A file to write the next piece to; what was written stays when the line breaks.

        Raises:
            WrongOffset: the piece does not begin where the last one ended.
            BlobNotSaved: the disk did not take it.
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
        """Verify what has come and publish it.

        Raises:
            WrongContent: it does not fit its hash; it is thrown away.
            ProgramRefused: it is a program; it is thrown away.
            BlobMissing: nothing has come.
            BlobNotSaved: the disk did not take it.
        """
        return self._verified(self._partial / self.path_of(sha256).name, sha256)

    def receive_whole(self, sha256: str, pieces: Iterable[bytes]) -> Blob:
        """Store an attachment of this hash that comes in one go; raises like `finish` and `add_file`."""
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

    def forget_partials(self, before: float) -> None:
        """Throw away what has not grown since `before` (seconds since 1970)."""
        for path in self._partial.iterdir():
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
        """A temporary file with all pieces on the disk; nothing is left when they are too many or break off."""
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

    def _put_aside(self, path: Path) -> None:
        """Take a damaged file out of the way; where that fails, it is found damaged again the next time."""
        with contextlib.suppress(OSError):
            aside = self.folder / "damaged"
            aside.mkdir(exist_ok=True)
            path.replace(aside / path.name)

    def _publish(self, partial: Path, sha256: str) -> None:
        partial.replace(self.folder / sha256)
        if os.name == "posix":  # Windows cannot and need not flush a folder
            descriptor = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def too_large_message() -> str:
    """What is told about an attachment that is too large."""
    return _("An attachment may have {n} MB at most.").format(n=MAX_BLOB_BYTES // 1024 // 1024)


def _missing(sha256: str) -> str:
    return _("The attachment {sha256} is not here.").format(sha256=sha256)


def _not_saved(error: OSError) -> BlobNotSaved:
    reason = error.strerror or str(error)
    return BlobNotSaved(_("The attachment was not saved: {reason}").format(reason=reason))
