"""Personal data by HTTP: found without being shown, erased with proof, for administrators on an approved device."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import httpx2
import msgspec
import pytest
from support.console_stores import report_incident_at
from support.console_sync import sync
from support.running_server import PASSWORD, RunningServer, WritingDevice, start_server
from support.running_server import log_in as log_in_by_http

from tabuah.operations.people.roles import Role
from tabuah.server.audit import audit_server
from tabuah.server.people.personal_search import digits_of, matcher_of
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.personal_data_protocol import ErasureProof, PersonalDataReply
from tabuah.storage.sync.session import log_in

SEARCH, ERASE = "/v1/personal-data/search", "/v1/personal-data/erase"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as running:
        running.add_user("rina", Role.ADMIN)
        running.add_user("ani")
        running.add_user("kalaksa", Role.SUPERVISOR)
        yield running


@pytest.fixture
def numbers(server: RunningServer, tmp_path: Path) -> tuple[str, str]:
    """Return the numbers of two incidents with the callers Rusdi and Upik."""
    with contextlib.closing(ConsoleStore(tmp_path / "ani")) as store:
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        found = tuple(report_incident_at(store, caller=each) for each in ("Pak Rusdi 0812-3456", "Bu Upik 0813"))
        sync(store)
    return found[0].number, found[1].number


def as_device(client: httpx2.Client, user: str) -> httpx2.Client:
    device = WritingDevice(client, user)
    session = log_in_by_http(client, user, key=device.key)
    client.headers["Authorization"] = f"Bearer {session.access_token}"
    device.enrol()
    return client


def search(client: httpx2.Client, text: str) -> PersonalDataReply:
    reply = client.post(SEARCH, json={"text": text})
    assert reply.status_code == 200, reply.text
    assert "Rusdi" not in reply.text, "values are never in the reply"
    return msgspec.json.decode(reply.content, type=PersonalDataReply)


def test_person_is_found_and_erased_with_proof(server: RunningServer, numbers: tuple[str, str], tmp_path: Path):
    rusdi, upik = numbers
    with server.client() as client:
        as_device(client, "rina")
        for text in ("rusdi", "+62 812 3456", "0812-3456", rusdi):
            assert [each.number for each in search(client, text).found] == [rusdi], text
        assert {each.number for each in search(client, "").found} == {rusdi, upik}
        assert search(client, "bukan siapa").found == ()
        assert client.post(SEARCH, json={"text": "ru"}).json()["code"] == "search_too_short"
        unknown = client.post(ERASE, json={"subjects": [rusdi, "SLK-XXXX-99"], "reason": "permintaan"})
        assert unknown.json()["code"] == "not_found"
        assert len(search(client, "").found) == 2, "nothing is erased where one is not known"
        reply = client.post(ERASE, json={"subjects": [rusdi], "reason": "permintaan pelapor"})
        proof = msgspec.json.decode(reply.content, type=ErasureProof)
        assert (proof.entries, proof.left, len(proof.orders)) == (1, 0, 1)
        assert [each.number for each in search(client, "").found] == [upik]
    (record,) = [each for each in server.journal.records_after(0) if each.seq == proof.orders[0].seq]
    assert record.hash == proof.orders[0].hash
    assert '"actor":"rina"' in record.text
    log = (tmp_path / "server" / "security.log").read_text("utf-8")
    assert "personal_searched" in log
    assert "rusdi" not in log.casefold()
    assert audit_server(tmp_path / "server").findings == ()


def test_personal_data_are_for_administrators_on_an_approved_device(server: RunningServer):
    with server.client() as client:
        as_device(client, "kalaksa")
        assert client.post(SEARCH, json={"text": ""}).status_code == 403
        assert client.post(ERASE, json={"subjects": ["x"], "reason": "y"}).status_code == 403
    with server.client("rina") as client:
        assert client.post(SEARCH, json={"text": ""}).json()["code"] == "device_not_approved"


@pytest.mark.parametrize("text", ["0812 3456", "+62812-3456", "8123456"])
def test_telephone_numbers_are_compared_without_country_code(text: str):
    assert digits_of(text) == "8123456"
    assert matcher_of(text)("Pak Rusdi +62 812-3456")


def test_name_is_found_by_all_its_words():
    assert matcher_of("rusdi PAK")("Pak Rusdi 0812")
    assert not matcher_of("rusdi upik")("Pak Rusdi 0812")
