"""Two valid histories: an administrator takes either, and the entries of the other one are issued again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.console_stores import report_incident_at
from support.restored_server import RestorableServer, server_with_report

from tabuah.operations.people.roles import Role
from tabuah.server.administration import revoke_device
from tabuah.server.audit import audit_server
from tabuah.server.handback.decision import HistoryDecision, KeptHistory
from tabuah.server.handback.handback import Handback
from tabuah.server.journal import ServerJournal
from tabuah.storage.sync.errors import HistoryDiffers

EARLY = ("ani", "budi", "citra")  # have the history that the server lost
LATE = ("dewi", "eka")  # go on with the server that was put back
USERS = (*EARLY, *LATE)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RestorableServer]:
    with server_with_report(tmp_path, "sebelum salinan", dict.fromkeys(USERS, Role.OPERATOR)) as server:
        yield server


def fork(server: RestorableServer) -> None:
    """Put the server back by files, and let both histories go on with new users, devices, grants and reports."""
    files = server.copy_files()
    server.server.add_user("awal", Role.VIEWER)
    server.console("hilang")
    server.report("hilang", "riwayat konsol hilang")
    server.sync("hilang")
    for user in EARLY:
        server.log_in(user)
        server.report(user, f"riwayat konsol {user}")
    for _round in range(2):
        for user in EARLY:
            server.sync(user)
    server.consoles.pop("hilang")  # never comes back
    server.put_back(files)
    server.server.add_user("akhir", Role.VIEWER)
    server.console("baru")
    for user in LATE:
        server.log_in(user)
        server.report(user, f"riwayat server {user}")
    server.report("baru", "riwayat server baru")
    for user in (*LATE, "baru"):
        server.sync(user)
    for user in EARLY:
        server.log_in(user)
        with pytest.raises(HistoryDiffers):
            server.sync(user)


def decide(server: RestorableServer, kept: KeptHistory) -> HistoryDecision:
    """Decide as the command does, while the server does not run."""
    port = server.port
    server.stop()
    with ServerJournal.open(server.directory, serving=True) as journal:
        decision = Handback(journal).decide(kept)
    server.start(server.directory, port)
    assert decision is not None
    return decision


def converge(server: RestorableServer) -> None:
    for user in server.consoles:
        server.log_in(user)
    for _round in range(2):
        server.sync_all()


def titles(server: RestorableServer, user: str) -> list[str]:
    return sorted(incident.title for incident in server.consoles[user].incidents())


@pytest.mark.parametrize("kept", KeptHistory)
def test_decision_loses_no_entry_of_five_consoles(server: RestorableServer, kept: KeptHistory):
    fork(server)
    decision = decide(server, kept)
    assert decision.left == ()
    converge(server)
    expected = sorted(
        [
            "sebelum salinan",
            "riwayat server baru",
            "riwayat konsol hilang",
            *(f"riwayat konsol {user}" for user in EARLY),
            *(f"riwayat server {user}" for user in LATE),
        ]
    )
    assert [titles(server, user) for user in server.consoles] == [expected] * len(server.consoles)
    counts = [store.counts() for store in server.consoles.values()]
    assert not any(count.pending or count.held or count.rejected or count.conflicts for count in counts)
    assert len({(store.head.seq, store.head.hash) for store in server.consoles.values()}) == 1
    states = [server.states(user) for user in server.consoles]
    assert all(state == states[0] for state in states)
    assert not audit_server(server.directory).findings
    newest = server.server.journal.key.public_key.hex()
    assert {store.identity.server_public_key for store in server.consoles.values()} == {newest}
    assert decision.key == server.server.journal.key.device_id != server.server.journal.server_id
    assert {"awal", "akhir"} <= set(server.consoles["ani"].authority().users)


def test_decision_keeps_revocations_of_both_histories(server: RestorableServer):
    files = server.copy_files()
    ani, budi = (server.consoles[user].device for user in ("ani", "budi"))
    revoke_device(server.server.journal, budi, "hilang")
    server.sync("citra")
    server.put_back(files)
    revoke_device(server.server.journal, ani, "hilang")
    with pytest.raises(HistoryDiffers):
        server.sync("citra")
    decision = decide(server, KeptHistory.CONSOLES)
    assert decision.left == ()
    devices = server.server.journal.authority.devices
    assert [devices[device].revoked for device in (ani, budi)] == [True, True]


def test_decision_keeps_personal_values_of_both_histories(server: RestorableServer):
    files = server.copy_files()
    incidents = [report_incident_at(server.consoles["ani"], "konsol", caller="Pak Rusdi")]
    server.sync("ani")
    server.put_back(files)
    server.log_in("dewi")
    incidents.append(report_incident_at(server.consoles["dewi"], "server", caller="Bu Yanti"))
    server.sync("dewi")
    server.log_in("ani")
    with pytest.raises(HistoryDiffers):
        server.sync("ani")
    decide(server, KeptHistory.CONSOLES)
    for incident, caller in zip(incidents, ("Pak Rusdi", "Bu Yanti"), strict=True):
        records = server.server.journal.records_of(f"incident/{incident.id}")
        assert [value.value for value in server.server.journal.personal_values_of(records)] == [caller]
