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
from tabuah.storage.blobs.errors import BlobMissing, BlobNotSaved, BlobTooLarge, WrongContent, WrongOffset

MAX_BLOB_BYTES: Final = 50 * 1024 * 1024
PIECE_BYTES: Final = 256 * 1024
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Blob:
    """What is known of a stored attachment: `sha256` in hex, `size` in bytes."""

    sha256: str
    size: int


class BlobStore:
    """Attachments under `folder`; pieces of those that are still coming under `folder/partial`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._partial = folder / "partial"
        self._partial.mkdir(parents=True, exist_ok=True)

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
        """All of an attachment.

        Raises:
            BlobMissing: it is not here.
        """
        return b"".join(self.pieces(sha256))

    def pieces(self, sha256: str, first: int = 0) -> Iterator[bytes]:
        """An attachment in pieces, from byte `first` on.

        Raises:
            BlobMissing: it is not here.
        """
        try:
            file = self.path_of(sha256).open("rb")
        except FileNotFoundError as error:
            raise BlobMissing(_("The attachment {sha256} is not here.").format(sha256=sha256)) from error
        with file:
            file.seek(first)
            while piece := file.read(PIECE_BYTES):
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
            BlobMissing: nothing has come.
            BlobNotSaved: the disk did not take it.
        """
        partial = self._partial / self.path_of(sha256).name
        try:
            with partial.open("rb+") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                size = file.tell()
                os.fsync(file.fileno())
            if digest != sha256:
                partial.unlink(missing_ok=True)
                raise WrongContent("what came does not have this SHA-256: send it again from the beginning")
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
        digest, size = hashlib.sha256(), 0
        try:
            descriptor, name = tempfile.mkstemp(dir=self._partial)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    for piece in pieces:
                        size += len(piece)
                        if size > MAX_BLOB_BYTES:
                            raise BlobTooLarge(too_large_message())
                        digest.update(piece)
                        file.write(piece)
                    file.flush()
                    os.fsync(file.fileno())
                self._publish(Path(name), digest.hexdigest())
            finally:
                Path(name).unlink(missing_ok=True)
        except OSError as error:
            raise _not_saved(error) from error
        return Blob(digest.hexdigest(), size)

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


def _not_saved(error: OSError) -> BlobNotSaved:
    reason = error.strerror or str(error)
    return BlobNotSaved(_("The attachment was not saved: {reason}").format(reason=reason))
