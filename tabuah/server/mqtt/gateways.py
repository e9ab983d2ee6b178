"""The description of gateways that an administrator may put into the server's directory."""

from pathlib import Path

from tabuah.operations.gateways.configuration import FILE_NAME, BadConfiguration, read_mappings
from tabuah.operations.gateways.mapping import GatewayMapping
from tabuah.resources.catalogue import _
from tabuah.server.errors import UnusableBroker


def described_gateways(directory: Path) -> tuple[GatewayMapping, ...]:
    """The mappings of `gateways.toml`; without the file only Tabuah's own topic.

    Raises:
        UnusableBroker: the file cannot be used; the message says where.
    """
    file = directory / FILE_NAME
    try:
        return read_mappings(file.read_text("utf-8-sig") if file.exists() else "")
    except (BadConfiguration, OSError, UnicodeDecodeError) as error:
        raise UnusableBroker(_("{file} cannot be used: {error}").format(file=file, error=error)) from error
