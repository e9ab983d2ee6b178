"""The settings and secrets of webhooks in the server's directory: load, check, write a sample, and rotate."""

import secrets as random_bytes
from pathlib import Path
from typing import Final

from tabuah.operations.webhooks.settings import (
    FILE_NAME,
    WebhookEndpoint,
    WebhookSettings,
    read_webhook_settings,
)
from tabuah.operations.webhooks.signatures import read_secret, write_secret
from tabuah.resources.localisation import _
from tabuah.server.errors import UnusableWebhooks
from tabuah.server.toml_file import load_settings, write_sample
from tabuah.storage.data_files import replace_private
from tabuah.text.file_errors import describe_file_error

MAX_SECRET_BYTES: Final = 4_096
MAX_SECRETS: Final = 2  # of an endpoint: the new one and the one before, while it is rotated
KEY_BYTES: Final = 32

# In English in every language, so that the same setup has the same bytes.
SAMPLE: Final = """\
# Webhooks to the applications of OPDs. Check it with: tabuah server webhooks check
# All keys are explained in docs/webhooks.md. Remove the # of the lines that you use.

# disable_after_d = 5              # days without a success
# keep_days = 14

# [[endpoint]]
# name = "pupr"
# url = "https://pupr.example.org/tabuah"
# opd = "Dinas PUPR"               # as assignments, units and dispositions name it
# secret_file = "webhook-pupr"     # written by: tabuah server webhooks rotate pupr
# events = ["incident", "dispatch", "disposition", "task"]
# exercises = false
# texts = false                    # titles of incidents and lines of tasks
"""


def load_webhook_settings(directory: Path) -> WebhookSettings:
    """Load `webhooks.toml`; without the file, there are no webhooks.

    Raises:
        UnusableWebhooks: the file is invalid; the message says where.
    """
    found = load_settings(directory / FILE_NAME, read_webhook_settings, error=UnusableWebhooks)
    return found or WebhookSettings()


def keys_of(endpoint: WebhookEndpoint, directory: Path) -> tuple[bytes, ...]:
    """Return the keys of an endpoint, the newest first; they are read before each batch, so that one can be rotated.

    Raises:
        UnusableWebhooks: there is none, or one that cannot be used; no message contains it.
    """
    file = directory / endpoint.secret_file
    try:
        with file.open("rb") as opened:
            text = opened.read(MAX_SECRET_BYTES).decode("utf-8-sig")
        found = tuple(read_secret(line) for line in text.splitlines() if line.strip())
        if not 1 <= len(found) <= MAX_SECRETS:
            raise ValueError(_("it has {n} secrets, not one or two").format(n=len(found)))
    except (OSError, ValueError) as error:
        raise _unusable(file, error) from error
    return found


def rotate_secret(endpoint: WebhookEndpoint, directory: Path) -> str:
    """Write a new secret before the present one and return it; both sign until `finish_rotation`.

    Raises:
        UnusableWebhooks: a rotation is not finished, or the file cannot be read or written; it stays as it was.
    """
    file = directory / endpoint.secret_file
    present = keys_of(endpoint, directory) if file.exists() else ()
    if len(present) == MAX_SECRETS:  # a third one would end the secret that the receiver may still use
        text = _(
            "{name} has two secrets already. The new one is the first line of {file}. Once the receiver uses it:"
            " tabuah server webhooks rotate {name} --finish"
        )
        raise UnusableWebhooks(text.format(name=endpoint.name, file=file))
    new = random_bytes.token_bytes(KEY_BYTES)
    _write_keys(file, (new, *present))
    return write_secret(new)


def finish_rotation(endpoint: WebhookEndpoint, directory: Path) -> int:
    """Remove all secrets but the newest; return how many were removed.

    Raises:
        UnusableWebhooks: the file cannot be read or written; it stays as it was.
    """
    present = keys_of(endpoint, directory)
    if len(present) > 1:
        _write_keys(directory / endpoint.secret_file, present[:1])
    return len(present) - 1


def _write_keys(file: Path, keys: tuple[bytes, ...]) -> None:
    try:
        replace_private(file, "".join(f"{write_secret(key)}\n" for key in keys).encode())
    except OSError as error:
        raise _unusable(file, error) from error


def write_sample_settings(directory: Path) -> Path | None:
    """Write a sample `webhooks.toml`, readable by its owner only.

    Returns:
        The file; None where one exists, which is not changed.

    Raises:
        UnusableWebhooks: it cannot be written.
    """
    return write_sample(directory / FILE_NAME, SAMPLE, error=UnusableWebhooks)


def _unusable(file: Path, error: Exception) -> UnusableWebhooks:
    return UnusableWebhooks(_("{file} cannot be used: {error}").format(file=file, error=describe_file_error(error)))
