"""Wiping of a stolen device, on a signed order of its server."""

import logging
import secrets
from pathlib import Path
from typing import Final

import msgspec

from tabuah.storage.cache.data_directory import read_private, write_private
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.errors import BadSignature
from tabuah.storage.journal.wipe_order import RECEIPT_NAME, WipeReceipt, ask_wipe_order, check_wipe_order
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import DeviceWiped, SyncError
from tabuah.storage.sync.session_tokens import TokenFile

log = logging.getLogger(__name__)

DEVICE_STOLEN: Final = "device_stolen"


def obey_wipe_order(store: ConsoleStore, client: ServerClient) -> None:
    """Ask for the order to wipe this device, and obey it; return without one that this console's server has signed.

    The receipt is written first. The key and the session go last: after a crash the next request is refused again,
    and the wipe is completed.

    Raises:
        DeviceWiped: the data are erased.
    """
    identity = store.identity
    if identity is None:
        return
    key, nonce = store.own_key(), secrets.token_hex(16)
    try:
        order = client.wipe_order(ask_wipe_order(key, nonce=nonce, server=identity.server))
        check_wipe_order(
            order,
            server=identity.server,
            server_public_key=bytes.fromhex(identity.server_public_key),
            device=key.device_id,
            nonce=nonce,
        )
    except (SyncError, BadSignature) as error:
        log.warning("the server names this device stolen, but gives no valid order to wipe it: %s", error)
        return
    receipt = WipeReceipt(device=key.device_id, user=identity.user, unsent=store.counts().pending, order=order)
    if read_receipt(store.directory) is None:
        write_private(store.directory / RECEIPT_NAME, msgspec.json.encode(receipt))
    store.wipe()
    TokenFile(store.directory).forget()
    raise DeviceWiped


def read_receipt(directory: Path) -> WipeReceipt | None:
    """Return the receipt of a wipe; None if there was none."""
    try:
        return read_private(directory / RECEIPT_NAME, WipeReceipt)
    except (OSError, msgspec.DecodeError):
        return None
