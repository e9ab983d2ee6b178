"""Generated secrets and known addresses of gateways: failed log-ins of others delay neither."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.people.roles import Role
from tabuah.server.errors import ServerError
from tabuah.server.people.gateway_secrets import GatewaySecrets
from tabuah.server.people.known_addresses import FILE_NAME, MAX_OF_USER, KnownAddresses
from tabuah.server.people.login_throttle import MAX_FAILURES_AS_USER
from tabuah.server.people.user_changes import generate_gateway_secret


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("awlr", Role.GATEWAY)
        server.add_user("ani")
        yield server


def log_in(client: httpx2.Client, password: str) -> int:
    return client.post("/v1/session", json={"user": "awlr", "password": password}).status_code


def test_generated_secret_is_recognised_for_its_account_and_server_only():
    secrets = GatewaySecrets(b"a" * 32)
    secret = secrets.generate("awlr")
    assert secrets.proof_of("awlr", secret)
    assert secrets.proof_of("awlr", secret) != secrets.proof_of("awlr", secrets.generate("awlr"))
    assert secret not in secrets.proof_of("awlr", secret)
    refused = ("", PASSWORD, f"{secret}0", secret[:-1], f"tbg.{'0' * 32}.{secret[-32:]}", "tbg..", "tbg.ä.ö")
    assert not any(secrets.proof_of("awlr", each) for each in refused)
    assert not secrets.proof_of("hujan", secret)
    assert not GatewaySecrets(b"b" * 32).proof_of("awlr", secret)


def test_gateway_with_generated_secret_is_not_delayed_by_strangers(server: RunningServer):
    secret = generate_gateway_secret(server.journal, "awlr", by="rina", reason="")
    with server.client() as client:
        for _ in range(2 * MAX_FAILURES_AS_USER):
            log_in(client, "tebakan-saja")
        assert log_in(client, "tebakan-saja") == 429
        assert log_in(client, secret) == 200
        replaced = generate_gateway_secret(server.journal, "awlr", by="rina", reason="bocor")
        outcomes = [log_in(client, secret) for _ in range(MAX_FAILURES_AS_USER + 1)]
        assert outcomes == [401] * MAX_FAILURES_AS_USER + [429]  # the holder of the former secret is delayed alone
        assert log_in(client, replaced) == 200


def test_secret_is_generated_for_gateways_only(server: RunningServer):
    with pytest.raises(ServerError):
        generate_gateway_secret(server.journal, "ani", by="rina", reason="")


def test_address_of_a_gateway_is_known_after_a_restart(server: RunningServer):
    with server.client() as client:
        assert log_in(client, PASSWORD) == 200
        client.post("/v1/session", json={"user": "ani", "password": PASSWORD})
    file = server.journal.directory.path / FILE_NAME
    known = KnownAddresses(file)
    assert ("awlr", "127.0.0.1") in known
    assert b"ani" not in file.read_bytes()


def test_known_addresses_are_bounded_and_a_damaged_file_is_none(tmp_path: Path):
    file = tmp_path / FILE_NAME
    known = KnownAddresses(file)
    known.add("hujan", "10.0.0.1", is_gateway=True)
    for number in range(MAX_OF_USER + 5):
        known.add("awlr", f"10.0.1.{number}", is_gateway=True)
    again = KnownAddresses(file)
    assert ("awlr", "10.0.1.0") not in again
    assert ("awlr", f"10.0.1.{MAX_OF_USER + 4}") in again
    assert ("hujan", "10.0.0.1") in again
    file.write_bytes(b'[["a"]')
    assert ("hujan", "10.0.0.1") not in KnownAddresses(file)
