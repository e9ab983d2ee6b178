"""Consoles follow the certified keys of their server, also after being offline, and no other key."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from support.restored_server import RestorableServer, server_with_report

from tabuah.operations.people.roles import Role
from tabuah.server.administration import revoke_device
from tabuah.server.admission.server_entries import ReplaceServerKey
from tabuah.storage.cache.errors import AnotherServer, JournalMismatch
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.bundles.errors import DamagedBundle
from tabuah.storage.journal.checkpoint import Checkpoint, sign_checkpoint
from tabuah.storage.journal.wire import SignedEntry
from tabuah.storage.sync.errors import DeviceWiped
from tabuah.storage.sync.session import ConsoleSession


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[RestorableServer]:
    with server_with_report(tmp_path, "sebelum kunci baru", {"ani": Role.OPERATOR, "budi": Role.VIEWER}) as server:
        yield server


def replace_key(server: RestorableServer) -> None:
    journal = server.server.journal
    journal.submit(ReplaceServerKey(journal.keys.first, journal.key)).result()


def key_of(store: ConsoleStore) -> str:
    assert store.identity is not None
    return store.identity.server_public_key


def test_console_follows_two_keys_after_being_offline(pair: RestorableServer):
    server = pair.consoles["ani"].server
    for _change in range(2):
        replace_key(pair)
        pair.sync("ani")
    pair.sync("budi")
    newest = pair.server.journal.key.public_key.hex()
    assert [key_of(store) for store in pair.consoles.values()] == [newest] * 2
    assert {store.server for store in pair.consoles.values()} == {server}
    assert len({(store.head.seq, store.head.hash) for store in pair.consoles.values()}) == 1
    assert pair.consoles["budi"].history.pinned_seq == pair.consoles["budi"].head.seq
    assert pair.consoles["ani"].checks.audit().findings == ()


def test_new_console_begins_with_the_newest_key(pair: RestorableServer):
    replace_key(pair)
    citra = pair.console("citra")
    assert key_of(citra) == pair.server.journal.key.public_key.hex()
    assert citra.server == pair.server.journal.server_id
    assert [incident.title for incident in citra.incidents()] == ["sebelum kunci baru"]


def test_checkpoint_under_a_former_key_is_refused(pair: RestorableServer):
    journal, ani = pair.server.journal, pair.consoles["ani"]
    replace_key(pair)
    pair.sync("ani")
    checkpoint = Checkpoint(server=journal.server_id, seq=ani.head.seq, hash=ani.head.hash, at=journal.clock())
    with pytest.raises(JournalMismatch):
        ani.history.pin(sign_checkpoint(checkpoint, journal.keys.first))


def test_forged_certificate_changes_no_key(pair: RestorableServer):
    replace_key(pair)
    (real,) = pair.server.journal.certificates()
    ani = pair.consoles["ani"]
    before = key_of(ani)
    with pytest.raises(JournalMismatch):
        ani.history.follow_keys((SignedEntry(real.text, "0" * 128),))
    assert key_of(ani) == before


def test_session_under_a_former_key_needs_a_log_in(pair: RestorableServer, monkeypatch: pytest.MonkeyPatch):
    replace_key(pair)
    pair.sync("ani")
    journal, ani = pair.server.journal, pair.consoles["ani"]
    monkeypatch.setattr(type(journal), "key", property(lambda journal: journal.keys.first))
    monkeypatch.setattr(type(journal), "certificates", lambda _journal: ())
    session = ConsoleSession(ani)
    with session.client, pytest.raises(AnotherServer):
        session.renew()
    pair.log_in("ani")
    assert key_of(ani) == journal.keys.first.public_key.hex()


def test_stolen_console_obeys_a_later_key(pair: RestorableServer, monkeypatch: pytest.MonkeyPatch):
    replace_key(pair)
    monkeypatch.setattr("tabuah.storage.sync.sync_pass.check_history", lambda *_args, **_options: None)
    ani = pair.consoles["ani"]
    revoke_device(pair.server.journal, ani.device, "dicuri", stolen=True)
    with pytest.raises(DeviceWiped):
        pair.sync("ani")


def test_bundle_brings_the_new_key(pair: RestorableServer, tmp_path: Path):
    ani, budi = pair.consoles["ani"], pair.consoles["budi"]
    budi.relay.export_bundle(tmp_path / "former.tabuah", after=0)
    after = budi.head.seq
    replace_key(pair)
    pair.report("ani", "sesudah kunci baru")
    for _round in range(2):
        pair.sync("ani")
    ani.relay.export_bundle(tmp_path / "newest.tabuah", after=after)
    assert budi.relay.import_bundle(tmp_path / "newest.tabuah").records
    assert (budi.head, key_of(budi)) == (ani.head, key_of(ani))
    assert ani.relay.import_bundle(tmp_path / "former.tabuah").records == 0


def test_bundle_with_a_forged_key_is_refused(pair: RestorableServer, tmp_path: Path):
    ani, budi = pair.consoles["ani"], pair.consoles["budi"]
    after, known = budi.head.seq, key_of(budi)
    replace_key(pair)
    for _round in range(2):
        pair.sync("ani")
    with ani._session.writing():
        identity = ani.identity
        (real,) = identity.server_keys
        forged = SignedEntry(real.text, "0" * 128)
        ani._session.meta.identity = msgspec.structs.replace(identity, server_keys=(forged,))
    ani.relay.export_bundle(tmp_path / "forged.tabuah", after=after)
    with pytest.raises(DamagedBundle):
        budi.relay.import_bundle(tmp_path / "forged.tabuah")
    assert (budi.head.seq, key_of(budi)) == (after, known)
