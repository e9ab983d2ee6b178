"""The options by which a command names the server to trust: a pairing code, its file, or a certificate authority."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tabuah.resources.localisation import _
from tabuah.storage.journal.pairing import PairingText, read_pairing_file, read_pairing_text

if TYPE_CHECKING:
    from tabuah.storage.sync.server_pin import ServerPin


class PinOptions:
    """The given options; at most one of them."""

    def __init__(self, *, code: str | None, code_file: Path | None, ca: Path | None) -> None:
        if sum(option is not None for option in (code, code_file, ca)) > 1:
            raise click.UsageError(_("give only one of these: a pairing code, its file, --ca"))
        self._code, self._code_file, self._ca = code, code_file, ca

    @cached_property
    def text(self) -> PairingText | None:
        """The pairing code; None without one.

        Raises:
            BadPairingCode: the given text has none.
        """
        if self._code is not None:
            return read_pairing_text(self._code)
        return _read_file(self._code_file) if self._code_file is not None else None

    @property
    def address(self) -> str:
        """The address that came with the code; empty without one."""
        return self.text.address if self.text is not None else ""

    def make_pin(self, address: str) -> "ServerPin | None":
        """Return the pin of the options, which a code needs the server for; None without options.

        Raises:
            SyncError: the server does not answer or is another one, or the file cannot be used.
        """
        from tabuah.storage.sync.server_pin import pin_from_code, pin_from_file

        if self._ca is not None:
            return pin_from_file(self._ca)
        return pin_from_code(address, self.text.code) if self.text is not None else None


def _read_file(path: Path) -> PairingText:
    try:
        return read_pairing_file(path)
    except OSError as error:
        text = _("{path} cannot be read: {reason}").format(path=path, reason=error.strerror or error)
        raise click.UsageError(text) from error
