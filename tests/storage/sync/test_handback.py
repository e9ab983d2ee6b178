"""Consoles and a server that was put back to an older copy: it is found, and gets its records again."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.console_stores import report_incident_at
from support.restored_server import RestorableServer, server_with_report
from support.running_server import PASSWORD

from tabuah.operations.people.roles import Role
from tabuah.server.administration import revoke_device
from tabuah.server.handback.decision import KeptHistory
from tabuah.server.handback.handback import Handback
from tabuah.storage.cache.rewind import rewind
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync import pull
from tabuah.storage.sync.errors import HistoryDiffers, NotLoggedIn, Offline, RequestRefused, ServerRolledBack
from tabuah.storage.sync.push import push_outbox
from tabuah.storage.sync.session import ConsoleSession, log_in

USERS = ("ani", "budi", "citra", "dewi", "eka")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RestorableServer]:
    with server_with_report(tmp_path, "sebelum salinan", dict.fromkeys(USERS, Role.OPERATOR)) as server:
        yield server


def titles(server: RestorableServer, user: str) -> list[str]:
    return sorted(incident.title for incident in server.consoles[user].incidents())


def log_in_and_sync(server: RestorableServer) -> None:
    for user in USERS:
        server.log_in(user)
    for _round in range(2):
        server.sync_all()


def test_restored_server_gets_all_entries_again(server: RestorableServer):
    backup = server.back_up()
    for user in USERS:
        server.report(user, f"sesudah salinan {user}")
    server.sync_all()
    server.sync_all()
    before = {user: server.states(user) for user in USERS}
    head = server.server.journal.head()
    server.restore(backup)
    log_in_and_sync(server)
    assert server.server.journal.records_after(head.seq - 1, 1)[0].hash == head.hash
    assert {user: server.states(user) for user in USERS} == before
    heads = {(store.head.seq, store.head.hash) for store in server.consoles.values()}
    assert len(heads) == 1
    assert not any(store.counts().pending or store.counts().rejected for store in server.consoles.values())


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[RestorableServer]:
    with server_with_report(tmp_path, "sebelum salinan", {"ani": Role.OPERATOR, "budi": Role.VIEWER}) as server:
        yield server


def test_server_put_back_by_copying_files_is_found(pair: RestorableServer):
    files = pair.copy_files()
    pair.report("ani", "sesudah salinan")
    pair.sync_all()
    head = pair.server.journal.head()
    pair.put_back(files)
    assert pair.server.journal.head().seq < head.seq
    pair.log_in("budi")  # a viewer who only reads gives back the entries of others
    assert pair.server.journal.head() == head
    pair.log_in("ani")
    pair.sync_all()
    assert titles(pair, "ani") == titles(pair, "budi") == ["sebelum salinan", "sesudah salinan"]


def test_device_enrolled_after_the_copy_is_known_again(pair: RestorableServer):
    backup = pair.back_up()
    citra = pair.console("citra")
    pair.report("citra", "dari perangkat baru")
    pair.sync_all()
    pair.report("citra", "belum terkirim")
    pair.restore(backup)
    assert citra.device not in pair.server.journal.authority.devices
    with pytest.raises(RequestRefused):  # the user is known again, the password is not
        pair.log_in("citra")
    assert citra.device in pair.server.journal.authority.devices
    pair.log_in("ani")
    assert not pair.server.journal.authority.devices[citra.device].revoked


def test_device_revoked_after_the_copy_stays_revoked(pair: RestorableServer):
    backup = pair.back_up()
    device = pair.consoles["ani"].device
    revoke_device(pair.server.journal, device, "hilang")
    pair.sync("budi")
    pair.restore(backup)
    assert not pair.server.journal.authority.devices[device].revoked
    pair.log_in("budi")
    assert pair.server.journal.authority.devices[device].revoked


def test_restored_server_takes_no_entries_while_it_waits(pair: RestorableServer):
    backup = pair.back_up()
    pair.restore(backup)
    pair.log_in("ani")
    pair.report("ani", "ditulis sementara menunggu")
    with pytest.raises(RequestRefused) as refused:
        pair.sync("ani")
    assert refused.value.code == "server_restored"
    assert pair.consoles["ani"].counts().pending == 1
    Handback(pair.server.journal).end_wait()
    assert pair.sync("ani").pushed == 1


def test_two_histories_stop_the_exchange(pair: RestorableServer):
    files = pair.copy_files()
    pair.report("ani", "di konsol")
    pair.sync("ani")
    before = pair.states("ani")
    pair.put_back(files)
    pair.server.add_user("lain")
    with pytest.raises((HistoryDiffers, NotLoggedIn)):
        pair.sync("ani")
    with pytest.raises(HistoryDiffers):
        pair.sync("ani")
    assert pair.states("ani") == before


def test_personal_values_are_handed_back(pair: RestorableServer):
    backup = pair.back_up()
    incident = report_incident_at(pair.consoles["ani"], caller="Pak Rusdi 0812-6600-1234")
    pair.sync("ani")
    pair.restore(backup)
    pair.log_in("ani")
    records = pair.server.journal.records_of(f"incident/{incident.id}")
    assert [v.value for v in pair.server.journal.personal_values_of(records)] == ["Pak Rusdi 0812-6600-1234"]


@pytest.fixture
def unpinned(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Return a function that lets the connection break after each pull, before the checkpoint is pinned."""

    def stop_pinning() -> None:
        monkeypatch.setattr(pull, "_fetch_checkpoint", lambda _store, _client: None)

    yield stop_pinning
    monkeypatch.undo()


def test_records_after_the_pinned_checkpoint_become_work_again(
    server: RestorableServer, unpinned: Callable[[], None], monkeypatch: pytest.MonkeyPatch
):
    files = server.copy_files()
    server.report("ani", "dengan titik periksa")
    server.sync_all()
    unpinned()
    for user in ("ani", "budi"):
        server.report(user, f"tanpa titik periksa {user}")
    server.sync_all()
    server.sync_all()
    expected = titles(server, "ani")
    assert len(expected) == 4
    monkeypatch.undo()
    server.put_back(files)
    log_in_and_sync(server)
    assert [titles(server, user) for user in USERS] == [expected] * len(USERS)
    assert len({(store.head.seq, store.head.hash) for store in server.consoles.values()}) == 1
    assert not any(store.counts().pending or store.counts().rejected for store in server.consoles.values())


@pytest.mark.parametrize("first", ["ani", "budi"])
def test_queued_entries_keep_personal_values_of_others(
    pair: RestorableServer, unpinned: Callable[[], None], first: str
):
    citra = pair.console("citra")
    pair.sync_all()
    files = pair.copy_files()
    unpinned()
    incident = report_incident_at(citra, caller="Pak Rusdi")
    pair.sync("citra")
    pair.sync_all()
    pair.consoles.pop("citra")  # never comes back
    pair.put_back(files)
    pair.sync(first)  # budi, a viewer, has no personal values
    pair.sync_all()
    records = pair.server.journal.records_of(f"incident/{incident.id}")
    assert [value.value for value in pair.server.journal.personal_values_of(records)] == ["Pak Rusdi"]


def test_rewound_console_has_the_states_of_a_new_one(server: RestorableServer):
    for user in USERS:
        server.report(user, f"laporan {user}")
    incident = server.consoles["ani"].incidents()[0]
    server.note("ani", incident, "catatan")
    server.sync_all()
    server.sync_all()
    before, ani = server.states("ani"), server.consoles["ani"]
    changes = rewind(ani._session, ani.head.seq - 3)
    assert changes.subjects
    server.sync_all()
    assert server.states("ani") == before
    assert ani.checks.find_damage() == ""
    assert not ani.counts().pending


def test_acknowledged_entry_that_nobody_pulled_is_sent_again(pair: RestorableServer):
    files = pair.copy_files()
    store = pair.consoles["ani"]
    pair.report("ani", "hanya diakui")
    session = ConsoleSession(store)
    with session.client:
        push_outbox(store, session.client)
    pair.put_back(files)
    pair.sync_all()
    pair.sync("budi")
    assert titles(pair, "budi") == ["hanya diakui", "sebelum salinan"]
    assert not store.counts().pending


def test_device_whose_enrolment_was_lost_enrols_again(pair: RestorableServer, unpinned: Callable[[], None]):
    files = pair.copy_files()
    unpinned()
    citra = pair.console("citra")
    pair.report("citra", "dari perangkat baru")
    pair.sync("citra")
    pair.put_back(files)
    assert citra.device not in pair.server.journal.authority.devices
    pair.server.add_user("citra")
    pair.log_in("citra")
    result = pair.sync("citra")
    assert citra.device in pair.server.journal.authority.devices
    assert (result.pending, result.held, result.rejected) == (0, 1, 0)  # its grant is lost: a supervisor decides


def test_device_with_nothing_to_send_enrols_again(pair: RestorableServer):
    """Without a push the server does not refuse the device, but it gives it no photos and no personal values."""
    pair.server.add_user("citra", Role.OPERATOR)
    files = pair.copy_files()
    citra = ConsoleStore(pair.folder / "citra")
    pair.stack.callback(citra.close)
    pair.consoles["citra"] = citra
    pair.log_in("citra")  # and no pull, so that the console cannot know that the server went back
    pair.put_back(files)
    assert citra.device not in pair.server.journal.authority.devices
    pair.sync("citra")  # its access token is still valid
    assert citra.device in pair.server.journal.authority.devices


def test_device_whose_enrolment_was_lost_enrols_again_for_acknowledged_entries(
    pair: RestorableServer, monkeypatch: pytest.MonkeyPatch
):
    """Nothing waits when the pass begins: only its pull shows that acknowledged entries are lost."""

    def lose_connection(session: ConsoleSession) -> None:
        raise Offline(session.client.url, "no connection")

    files = pair.copy_files()
    pair.server.add_user("citra")
    citra = ConsoleStore(pair.folder / "citra")
    pair.stack.callback(citra.close)
    pair.consoles["citra"] = citra
    pair.log_in("citra")
    pair.report("citra", "hanya diakui")
    session = ConsoleSession(citra)
    with session.client:
        push_outbox(citra, session.client)  # and no pull, so that the console cannot know that the server went back
    pair.put_back(files)
    pair.server.add_user("citra")
    with monkeypatch.context() as patch:
        patch.setattr(ConsoleSession, "enrol", lose_connection)
        with pytest.raises(Offline):
            pair.log_in("citra")
    assert citra.device not in pair.server.journal.authority.devices
    result = pair.sync("citra")
    assert citra.device in pair.server.journal.authority.devices
    assert (result.pending, result.held, result.rejected) == (0, 1, 0)


def test_personal_values_come_back_after_a_handback_without_them(pair: RestorableServer):
    backup = pair.back_up()
    incident = report_incident_at(pair.consoles["ani"], caller="Pak Rusdi")
    pair.sync_all()
    pair.restore(backup)
    pair.log_in("budi")  # a viewer has no personal values
    records = pair.server.journal.records_of(f"incident/{incident.id}")
    assert not pair.server.journal.personal_values_of(records)
    pair.log_in("ani")
    pair.sync("ani")
    assert [value.value for value in pair.server.journal.personal_values_of(records)] == ["Pak Rusdi"]


def test_entries_of_a_former_device_are_issued_again_where_the_original_was_faster(
    pair: RestorableServer, unpinned: Callable[[], None], monkeypatch: pytest.MonkeyPatch
):
    shutil.copytree(pair.consoles["ani"].directory, pair.folder / "salinan")
    copy = ConsoleStore(pair.folder / "salinan")
    pair.stack.callback(copy.close)
    pair.consoles["salinan"] = copy
    files = pair.copy_files()
    unpinned()
    report_incident_at(copy, "dari salinan", caller="Pak Rusdi")
    pair.sync("salinan")
    copy.answer_fork()
    monkeypatch.undo()
    pair.put_back(files)
    pair.report("ani", "dari asli")
    pair.sync("ani")  # under the same key, and in the same place as the report of the copy
    log_in(copy, url=pair.server.url, user="ani", password=PASSWORD)
    pair.sync("salinan")
    assert (copy.counts().pending, copy.relay.devices()) == (0, [])
    (report,) = (held.entry for held in copy.held() if held.entry.kind == "incident.reported")
    values = pair.server.journal.personal_values_of(pair.server.journal.records_of(report.subject))
    assert [value.value for value in values] == ["Pak Rusdi"]


def test_console_with_other_records_in_a_returned_range_goes_over_to_the_server(
    pair: RestorableServer, unpinned: Callable[[], None], monkeypatch: pytest.MonkeyPatch
):
    files = pair.copy_files()
    unpinned()
    incident = report_incident_at(pair.consoles["ani"], caller="Pak Rusdi")
    pair.sync("ani")  # ani has records that she cannot prove
    monkeypatch.undo()
    pair.put_back(files)
    backup = pair.back_up()
    pair.server.add_user("citra")
    pair.sync("budi")
    assert pair.consoles["budi"].head.seq == pair.consoles["ani"].head.seq
    pair.restore(backup)
    pair.log_in("budi")  # hands back another record at the same seq
    pair.log_in("ani")
    pair.sync_all()
    assert titles(pair, "budi") == sorted(["sebelum salinan", incident.title])
    records = pair.server.journal.records_of(f"incident/{incident.id}")
    assert [value.value for value in pair.server.journal.personal_values_of(records)] == ["Pak Rusdi"]
    assert not pair.consoles["ani"].counts().pending


def test_consoles_go_over_to_the_kept_history_with_their_work(server: RestorableServer):
    files = server.copy_files()
    for user in ("ani", "budi"):
        server.report(user, f"di konsol {user}")
    server.sync_all()
    server.sync_all()
    server.put_back(files)
    server.server.add_user("lain")
    for user in ("ani", "budi"):
        with pytest.raises(HistoryDiffers):
            server.sync(user)
    handback = Handback(server.server.journal)
    (branch,) = handback.branches()
    assert branch.server.records == 1
    assert branch.consoles.records > 1
    assert set(branch.consoles.devices) >= {server.consoles["ani"].device, server.consoles["budi"].device}
    assert not branch.decided
    decision = handback.decide(KeptHistory.SERVER)
    assert decision is not None
    assert decision.given_up == 1
    assert handback.decide(KeptHistory.SERVER) is None
    log_in_and_sync(server)
    expected = ["di konsol ani", "di konsol budi", "sebelum salinan"]
    assert [titles(server, user) for user in USERS] == [expected] * len(USERS)
    assert "lain" in server.consoles["citra"].authority().users
    assert len({(store.head.seq, store.head.hash) for store in server.consoles.values()}) == 1
    assert not any(store.counts().pending or store.counts().rejected for store in server.consoles.values())


def begin_with_snapshot(store: ConsoleStore) -> None:
    """Let a console look as if it had loaded a snapshot at its present head: only own records are here."""
    session = store._session
    with session.writing():
        session.connection.execute("DELETE FROM journal WHERE seq IS NOT NULL AND device <> ?", (store.device,))
        session.meta.write("snapshot_seq", str(session.meta.journal_head.seq))


def test_console_with_snapshot_goes_over_to_a_server_that_goes_on(pair: RestorableServer):
    files = pair.copy_files()
    pair.report("ani", "sebelum cuplikan")
    pair.server.add_user("fitri")
    pair.sync("ani")
    begin_with_snapshot(pair.consoles["ani"])
    pair.report("ani", "sesudah cuplikan")
    pair.sync("ani")
    pair.put_back(files)
    with pytest.raises(ServerRolledBack):
        pair.sync("ani")
    assert Handback(pair.server.journal).end_wait()
    pair.sync("ani")
    pair.sync("budi")
    assert titles(pair, "ani") == titles(pair, "budi") == ["sebelum cuplikan", "sebelum salinan", "sesudah cuplikan"]
    assert not pair.consoles["ani"].counts().pending
