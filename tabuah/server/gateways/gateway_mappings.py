"""The gateway configuration in the server's directory."""

import logging
from pathlib import Path

from tabuah.operations.gateways.configuration import FILE_NAME, read_configuration
from tabuah.operations.gateways.mapping import GatewayMapping
from tabuah.resources.localisation import _
from tabuah.server.errors import UnusableBroker
from tabuah.server.toml_file import read_toml_text
from tabuah.text.file_errors import describe_file_error

log = logging.getLogger(__name__)


def load_gateway_mappings(directory: Path) -> tuple[GatewayMapping, ...]:
    """Load the mappings of `gateways.toml`; without the file, use Tabuah's own topic only.

    Raises:
        UnusableBroker: the file is invalid; the message says where.
    """
    file = directory / FILE_NAME
    try:
        found = read_configuration(read_toml_text(file) if file.exists() else "")
    except (OSError, ValueError) as error:
        raise UnusableBroker(
            _("{file} cannot be used: {error}").format(file=file, error=describe_file_error(error))
        ) from error
    for name in found.with_users:
        log.warning("%s", _describe_users(file, name))
    return found.mappings


def _describe_users(file: Path, mapping: str) -> str:
    message = _(
        "{file}: “users” of gateway {name} has no effect any more. A station names the only account that may send its"
        " readings (tabuah station assign); others are quarantined. Remove the line."
    )
    return message.format(file=file, name=mapping)
