"""Handing over or retiring a computer: everything is sent, the server confirms it, and then the data are wiped."""

from pathlib import Path

import msgspec

from tabuah.resources.localisation import _
from tabuah.storage.cache.data_directory import read_private, write_private
from tabuah.storage.cache.form_drafts import FOLDER as DRAFT_FOLDER
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.errors import BadSignature
from tabuah.storage.journal.retirement import SignedRetirement, ask_retirement, check_retirement
from tabuah.storage.journal.retirement_receipt import RECEIPT_NAME, RetirementReceipt
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import NotLoggedIn, UnexpectedAnswer, WorkIsUnsent
from tabuah.storage.sync.manual_readings import count_manual_readings
from tabuah.storage.sync.session import ConsoleSession
from tabuah.storage.sync.session_tokens import TokenFile
from tabuah.storage.sync.sync_pass import run_sync_pass


class UnsentWork(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of work that is only on this computer."""

    entries: int = 0
    attachments: int = 0
    readings: int = 0
    relayed: int = 0
    drafts: int = 0

    @property
    def is_empty(self) -> bool:
        return self == UnsentWork()


def find_unsent_work(store: ConsoleStore) -> UnsentWork:
    """Count the work that a wipe would lose."""
    return UnsentWork(
        entries=store.counts().pending,
        attachments=store.attachments.counts().uploads,
        readings=count_manual_readings(store.directory).waiting,
        relayed=store.relay.counts().entries,
        drafts=len(list((store.directory / DRAFT_FOLDER).glob("*.json"))),
    )


def retire_device(store: ConsoleStore, *, reason: str, discard_drafts: bool = False) -> RetirementReceipt:
    """Send everything, let the server confirm and record it, write the receipt, and wipe the data and the key.

    Nothing is wiped before the server has confirmed. After a crash in between, the call can be repeated.

    Raises:
        NotLoggedIn: the user must log in first.
        WorkIsUnsent: some work could not be sent, or forms have drafts; nothing was wiped.
        SyncError: the server does not answer or refuses; nothing was wiped.
    """
    identity = store.identity
    if identity is None:
        raise NotLoggedIn
    session = ConsoleSession(store)
    with session.client:
        run_sync_pass(store, session)
        unsent = find_unsent_work(store)
        if discard_drafts:
            unsent = msgspec.structs.replace(unsent, drafts=0)
        if not unsent.is_empty:
            raise WorkIsUnsent(describe_unsent(unsent))
        confirmation = _ask(store, session.client, reason)
    receipt = RetirementReceipt(
        device=store.device,
        user=identity.user,
        server_url=identity.server_url,
        entries=store.chain_head.n,
        at=store.now(),
        confirmation=confirmation,
    )
    write_private(store.directory / RECEIPT_NAME, msgspec.json.encode(receipt))
    store.wipe()
    TokenFile(store.directory).forget()
    return receipt


def _ask(store: ConsoleStore, client: ServerClient, reason: str) -> SignedRetirement:
    identity, key, head = store.identity, store.own_key(), store.chain_head
    assert identity is not None  # a log-in came before
    request = ask_retirement(key, reason=reason, head=head, server=identity.server)
    signed = client.call("POST", "/v1/devices/retire", SignedRetirement, body=request)
    try:
        check_retirement(
            signed,
            server=identity.server,
            server_public_key=bytes.fromhex(identity.server_public_key),
            device=key.device_id,
            entries=head.n,
        )
    except BadSignature as error:
        raise UnexpectedAnswer(client.url, str(error)) from error
    return signed


def read_retirement(directory: Path) -> RetirementReceipt | None:
    """Return the receipt of a retirement; None if there was none."""
    try:
        return read_private(directory / RECEIPT_NAME, RetirementReceipt)
    except (OSError, msgspec.DecodeError):
        return None


def describe_unsent(unsent: UnsentWork) -> str:
    """Return what is only on this computer, in words."""
    parts = (
        (unsent.entries, _("changes: {n}")),
        (unsent.attachments, _("attachments: {n}")),
        (unsent.readings, _("manual readings: {n}")),
        (unsent.relayed, _("entries of others from bundles: {n}")),
        (unsent.drafts, _("forms that were begun: {n}")),
    )
    return ", ".join(text.format(n=count) for count, text in parts if count)
