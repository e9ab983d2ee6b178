"""`tabuah server tls …`, and the log-in and the pin of a console that belong to it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import CommandLineConsole
from support.running_server import PASSWORD, RunningServer
from support.tls_server import NAMES, create_tls_server, start_tls_server

from tabuah.console.commands.people.login import PASSWORD_VARIABLE
from tabuah.operations.people.roles import Role
from tabuah.server.backup import back_up_server, restore_server
from tabuah.server.tls.administration import TlsState, init_tls, read_tls_state, renew_tls
from tabuah.server.tls.authority import TlsFiles
from tabuah.storage.data_files import PIN_FILE, is_data_file
from tabuah.storage.journal.pairing import read_pairing_file


@pytest.fixture
def server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLineConsole:
    """The command line on a server's directory."""
    return CommandLineConsole(tmp_path / "server", capsys)


@pytest.fixture
def console(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> CommandLineConsole:
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    return CommandLineConsole(tmp_path / "laptop", capsys)


@pytest.fixture
def state(tmp_path: Path) -> TlsState:
    return create_tls_server(tmp_path / "server")


@pytest.fixture
def secured(tmp_path: Path, state: TlsState) -> Iterator[RunningServer]:
    with start_tls_server(tmp_path / "server") as running:
        yield running


def test_tls_init_prints_names_and_code(server: CommandLineConsole):
    server.run("server", "init")
    out = server.run("server", "tls", "init", "--name", "tabuah.example", "--name", "10.1.2.3")
    found = server.json("server", "tls", "show")
    assert found["names"] == ["tabuah.example", "10.1.2.3"]
    assert found["code"] in out
    assert found["code"] in server.run("server", "tls", "show")
    assert server.json("server", "tls", "renew", "--name", "other.example")["names"] == ["other.example"]
    events = {event["event"] for event in server.json("server", "log", "security")}
    assert {"authority_created", "certificate_renewed"} <= events


def test_tls_init_needs_a_name_and_a_server(server: CommandLineConsole):
    server.run("server", "tls", "init", code=2)
    server.run("server", "tls", "init", "--name", "a.example", code=2)
    assert "tabuah server init" in server.errors
    server.run("server", "tls", "code", code=2)
    assert "tls init" in server.errors


def test_new_authority_warns_of_its_consequence(server: CommandLineConsole, state: TlsState):
    server.run("server", "tls", "init", "--name", "localhost", code=2)
    server.run("server", "tls", "init", "--name", "localhost", "--new-authority")
    assert "tabuah pin set" in server.errors
    assert server.json("server", "tls", "show")["code"] != state.code


def test_code_comes_as_words_qr_picture_and_file(server: CommandLineConsole, state: TlsState, tmp_path: Path):
    png, file = tmp_path / "code.png", tmp_path / "code.txt"
    out = server.run("server", "tls", "code", "--qr", "--png", str(png), "--file", str(file), "--port", "9000")
    assert state.code in out
    assert "█" in out
    assert png.read_bytes().startswith(b"\x89PNG")
    found = read_pairing_file(file)
    assert (found.code, found.address) == (state.code, "https://localhost:9000")
    record = server.json("server", "tls", "code")
    assert record == {"code": state.code, "text": f"tabuah://localhost:8410/{state.code}", "files": []}
    server.run("server", "tls", "code", "--file", str(tmp_path / "missing" / "code.txt"), code=2)


def test_code_has_the_address_for_other_machines(server: CommandLineConsole, state: TlsState):
    server.run("server", "tls", "renew", "--name", "localhost", "--name", "tabuah.example")
    (server.directory / "server.toml").write_text("port = 8420\n")
    assert server.json("server", "tls", "code")["text"] == f"tabuah://tabuah.example:8420/{state.code}"
    assert f"--server https://tabuah.example:8420 --user NAME --code {state.code}" in server.run(
        "server", "tls", "code"
    )
    local = server.json("server", "tls", "code", "--host", "localhost", "--port", "9000")
    assert local["text"] == f"tabuah://localhost:9000/{state.code}"
    server.run("server", "tls", "code", "--host", "other.example", code=2)


def test_password_is_chosen_on_a_new_computer(
    console: CommandLineConsole, server: CommandLineConsole, secured: RunningServer, state: TlsState, monkeypatch
):
    issued = server.json("server", "user", "password", "ani", "--code")
    monkeypatch.setenv("TABUAH_NEW_PASSWORD", "batang-lembang-baru")
    reset = ("password", "--code", issued["code"], "--user", "ani", "--server", secured.url)
    console.run(*reset, code=3)
    console.run(*reset, "--pairing-code", state.code)
    monkeypatch.setenv("TABUAH_PASSWORD", "batang-lembang-baru")
    console.run("login", "--server", secured.url, "--user", "ani")
    console.run("password", "--pairing-code", state.code, code=2)


def test_own_certificate_is_checked_by_doctor(server: CommandLineConsole, state: TlsState):
    checks = {check["check"]: check for check in server.json("doctor", "--quick")}
    assert checks["certificate"]["ok"] is True
    TlsFiles(server.directory).server.write_bytes(b"damaged")
    checks = {check["check"]: check for check in server.json("doctor", "--quick", code=6)}
    assert checks["certificate"]["ok"] is False


def test_backup_has_the_authority(state: TlsState, tmp_path: Path):
    back_up_server(tmp_path / "server", tmp_path / "copy.tar")
    restore_server(tmp_path / "copy.tar", tmp_path / "restored")
    assert read_tls_state(tmp_path / "restored").code == state.code
    assert is_data_file(tmp_path / "restored" / "tls" / "ca.pem")


def test_log_in_by_code(console: CommandLineConsole, secured: RunningServer, state: TlsState):
    console.run("login", "--server", secured.url, "--user", "ani", code=3)
    assert "--code" in console.errors
    console.run("login", "--server", secured.url, "--user", "ani", "--code", state.code.upper())
    pin = console.json("pin", "show")
    assert (pin["pinned"], pin["server"], pin["source"]) == (True, secured.journal.server_id, "code")
    assert console.json("status")["pin"] == pin["authority"]
    assert pin["authority"][:16] in console.run("status")
    assert console.json("sync")["head"] == secured.journal.head().seq
    checks = {check["check"]: check["ok"] for check in console.json("doctor", "--quick")}
    assert (checks["pin"], checks["server"]) == (True, True)


def test_log_in_by_file_has_the_address(
    console: CommandLineConsole, server: CommandLineConsole, secured: RunningServer, tmp_path: Path
):
    port = secured.url.rpartition(":")[2]
    file = tmp_path / "code.txt"
    server.run("server", "tls", "code", "--file", str(file), "--port", port)
    console.run("login", "--user", "ani", "--code-file", str(file))
    assert console.json("status")["server"] == f"https://localhost:{port}"


def test_log_in_by_authority(console: CommandLineConsole, secured: RunningServer, state: TlsState):
    console.run("login", "--server", secured.url, "--user", "ani", "--ca", state.authority)
    assert console.json("pin", "show")["source"] == "file"


def test_bad_code_logs_in_nobody(console: CommandLineConsole, secured: RunningServer, state: TlsState):
    login = ("login", "--server", secured.url, "--user", "ani")
    console.run(*login, "--code", "lusab-babad", code=2)
    console.run(*login, "--code", state.code, "--ca", state.authority, code=2)
    console.run(*login, "--ca", str(console.directory / "missing.crt"), code=4)
    console.run(*login, "--code-file", str(console.directory / "missing.txt"), code=2)
    assert not (console.directory / PIN_FILE).exists()


def test_pin_is_replaced_after_a_real_change(
    console: CommandLineConsole, secured: RunningServer, state: TlsState, tmp_path: Path
):
    console.run("login", "--server", secured.url, "--user", "ani", "--code", state.code)
    new = init_tls(tmp_path / "server", NAMES, new_authority=True)
    secured.service.certificate_renewal.check()
    console.run("sync", code=3)
    assert "tabuah pin set" in console.errors
    console.run("login", "--user", "ani", "--code", new.code, code=4)
    console.run("pin", "set", "--code", state.code, code=4)
    console.run("pin", "set", code=2)
    out = console.run("pin", "set", "--code", new.code)
    assert secured.journal.server_id in out
    assert "administrator" in console.errors
    console.run("sync")
    console.run("pin", "remove")
    assert json.loads(console.run("pin", "show", "--json"))["pinned"] is False
    console.run("sync", code=3)


def test_renewal_needs_no_new_pin(
    console: CommandLineConsole, secured: RunningServer, state: TlsState, tmp_path: Path
):
    console.run("login", "--server", secured.url, "--user", "ani", "--code", state.code)
    renew_tls(tmp_path / "server")
    secured.service.certificate_renewal.check()
    console.run("sync")


def test_gateway_certificates_by_command(server: CommandLineConsole, secured: RunningServer, tmp_path: Path):
    secured.add_user("bws", Role.GATEWAY)
    assert server.json("server", "tls", "gateways") == []
    file = tmp_path / "bws.pem"
    issued = server.json("server", "tls", "gateway", "bws", "--file", str(file), "--days", "30")
    assert (issued["account"], issued["file"]) == ("bws", str(file))
    assert b"PRIVATE KEY" in file.read_bytes()
    assert issued["serial"] in server.run("server", "tls", "gateways")
    server.run("server", "tls", "gateway", "bws", "--file", str(file), code=2)
    server.run("server", "tls", "gateway", "nobody", code=2)
    assert "--role gateway" in server.errors
    assert issued["serial"] in server.run("server", "tls", "revoke", "bws", "--serial", issued["serial"])
    assert server.json("server", "tls", "gateways")[0]["revoked_at"]
    server.run("server", "tls", "revoke", "bws", code=2)
    back_up_server(server.directory, tmp_path / "copy")
    restore_server(tmp_path / "copy", tmp_path / "restored")
    restored = CommandLineConsole(tmp_path / "restored", server.capsys)
    assert restored.json("server", "tls", "gateways")[0]["serial"] == issued["serial"]
