"""The mappings of gateways: their file in the server's directory, replaced while the server runs."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Final

from tabuah.operations.gateways.configuration import FILE_NAME, BadConfiguration, read_configuration
from tabuah.operations.gateways.mapping import GatewayMapping
from tabuah.server.errors import Refusal, StorageFailed
from tabuah.storage.data_files import replace_private
from tabuah.storage.journal.gateways_protocol import GatewayMappingsReply
from tabuah.storage.small_files import DamagedSmallFile, read_small_file
from tabuah.text.file_errors import describe_file_error

PREVIOUS_NAME: Final = f"{FILE_NAME}.previous"


class MappingFile:
    """`gateways.toml` of a running server; callable from any thread.

    `use` takes mappings into force; None where the server receives nothing by MQTT.
    """

    def __init__(self, directory: Path, use: Callable[[Sequence[GatewayMapping]], None] | None) -> None:
        self._file, self._previous = directory / FILE_NAME, directory / PREVIOUS_NAME
        self._use = use
        self._lock = Lock()

    def read(self) -> GatewayMappingsReply:
        """Return the text of the file, and that of the file before it.

        Raises:
            StorageFailed: the file cannot be read.
        """
        content = _read(self._file)
        return GatewayMappingsReply(
            text=_decoded(content),
            digest=hashlib.sha256(content).hexdigest(),
            previous=_decoded(_read(self._previous)),
            receives=self._use is not None,
        )

    def replace(self, text: str, *, replaces: str) -> GatewayMappingsReply:
        """Check a text, keep the former file as the previous one, write the text and take it into force.

        Args:
            text: the new content.
            replaces: the digest of the content that the author has seen.

        Raises:
            Refusal: the text is invalid, or the file has another content now.
            StorageFailed: the disk does not accept it.
        """
        try:
            mappings = read_configuration(text).mappings
        except BadConfiguration as error:
            raise Refusal(400, "bad_mappings", str(error)) from error
        with self._lock:
            if self.read().digest != replaces:
                raise Refusal(409, "mappings_changed", f"{FILE_NAME} was changed meanwhile; read it again")
            try:
                replace_private(self._previous, _read(self._file))
                replace_private(self._file, text.encode())
            except OSError as error:
                raise StorageFailed(f"{FILE_NAME} was not changed: {error.strerror}") from error
            if self._use is not None:
                self._use(mappings)
            return self.read()


def _read(file: Path) -> bytes:
    try:
        return read_small_file(file)
    except FileNotFoundError:
        return b""
    except (OSError, DamagedSmallFile) as error:
        raise StorageFailed(f"{file.name} cannot be read: {describe_file_error(error)}") from error


def _decoded(content: bytes) -> str:
    return content.decode("utf-8-sig", "replace")
