"""A secret that a file of settings names: in a file of the server's directory, or in an environment variable.

UnreadableSecret   it cannot be read, or is empty; the message does not contain it
"""

import os
from pathlib import Path
from typing import Final

from tabuah.resources.localisation import _
from tabuah.text.file_errors import describe_file_error

MAX_SECRET_BYTES: Final = 4_096


class UnreadableSecret(ValueError):
    """A secret cannot be read, or is empty; the message does not contain it."""


def read_secret(name: str, secret_file: str, secret_env: str, directory: Path) -> str:
    """Return a secret of one line; empty if neither source is named.

    Args:
        name: of the channel or account, for the message.
        secret_file: relative to the directory.
        secret_env: the variable; it wins.
        directory: of the server.

    Raises:
        UnreadableSecret: it cannot be read, or is empty.
    """
    if secret_env:
        secret, source = os.environ.get(secret_env, ""), secret_env
    elif secret_file:
        file = directory / secret_file
        source = str(file)
        try:
            with file.open("rb") as opened:
                secret = opened.read(MAX_SECRET_BYTES).decode("utf-8-sig").strip()
        except (OSError, UnicodeDecodeError) as error:
            text = _("{file} cannot be used: {error}")
            raise UnreadableSecret(text.format(file=file, error=describe_file_error(error))) from error
    else:
        return ""
    if not secret or not secret.isprintable():
        message = _("The secret of {name} in {source} is missing or not one line.")
        raise UnreadableSecret(message.format(name=name, source=source))
    return secret
