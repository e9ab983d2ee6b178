"""The gateway configuration in the server's directory."""

from pathlib import Path

from tabuah.operations.gateways.configuration import FILE_NAME, BadConfiguration, read_mappings
from tabuah.operations.gateways.mapping import GatewayMapping
from tabuah.resources.localisation import _
from tabuah.server.errors import UnusableBroker


def load_gateway_mappings(directory: Path) -> tuple[GatewayMapping, ...]:
    """Load the mappings of `gateways.toml`; without the file, use Tabuah's own topic only.

    Raises:
        UnusableBroker: the file is invalid; the message says where.
    """
    file = directory / FILE_NAME
    try:
        return read_mappings(file.read_text("utf-8-sig") if file.exists() else "")
    except (BadConfiguration, OSError, UnicodeDecodeError) as error:
        raise UnusableBroker(_("{file} cannot be used: {error}").format(file=file, error=error)) from error
