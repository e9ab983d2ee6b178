"""A new device whose four-letter tag another one has takes another key by itself."""

from collections.abc import Callable

import pytest
from support.console_stores import open_store, report_incident_at
from support.console_sync import sync
from support.running_server import PASSWORD

from tabuah.operations.people.key_replacement import KeyReplacementCause
from tabuah.server.people import enrolment
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import device_id_of, device_tag_of
from tabuah.storage.sync.errors import NotLoggedIn, RequestRefused
from tabuah.storage.sync.session import MAX_LOG_INS, ConsoleSession, log_in


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch, ani: ConsoleStore) -> Callable[[Callable[[str], bool]], None]:
    """Give the tag of Ani's device to some other devices, which no key can do in a test."""
    tag = ani.own_key().tag

    def give(has_it: Callable[[str], bool]) -> None:
        def tag_of(public_key: bytes) -> str:
            return tag if has_it(device_id_of(public_key)) else device_tag_of(public_key)

        monkeypatch.setattr(enrolment, "device_tag_of", tag_of)

    return give


def test_log_in_takes_another_key_for_a_free_tag(tmp_path, server, taken):
    with open_store(tmp_path / "budi") as store:
        report_incident_at(store, "Banjir")
        former = store.own_key()
        taken(lambda device: device == former.device_id)
        log_in(store, url=server.url, user="budi", password=PASSWORD)
        assert sync(store).pending == 0
        (incident,) = store.incidents()
        assert (incident.title, incident.number.split("-")[1]) == ("Banjir", store.own_key().tag)
        assert store.own_key().tag != former.tag
        assert store.last_key_replacement.cause is KeyReplacementCause.TAG_TAKEN


def test_log_in_gives_up_after_some_keys(tmp_path, server, taken):
    taken(lambda _device: True)
    with open_store(tmp_path / "budi") as store:
        report_incident_at(store, "Banjir")
        devices = {store.own_key().device_id}
        with pytest.raises(RequestRefused) as refused:
            log_in(store, url=server.url, user="budi", password=PASSWORD)
        devices |= {*store._session.meta.former_devices, store.device}
        assert (refused.value.code, len(devices)) == ("tag_taken", 1 + MAX_LOG_INS)
        assert [incident.title for incident in store.incidents()] == ["Banjir"]
        with pytest.raises(NotLoggedIn):
            ConsoleSession(store).token()
