"""`tabuah server config`, and the options of the server from `server.toml`."""

import json
import re
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest
from click.testing import CliRunner

from tabuah.console.commands.main import run
from tabuah.console.commands.server.configuration import options_with_file
from tabuah.console.commands.server.server import server_group
from tabuah.server.configuration import ServerConfiguration, read_configuration
from tabuah.server.masked_url import without_password


def server(data: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["server", *arguments, "--data", str(data)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_config_command_prints_a_valid_default_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    code, out, _err = server(tmp_path, capsys, "config", "--print-default")
    (tmp_path / "server.toml").write_text(out, "utf-8")
    assert code == 0
    assert read_configuration(tmp_path) == ServerConfiguration()
    assert server(tmp_path, capsys, "config", "--check")[0] == 0


def test_config_command_names_wrong_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "server.toml").write_text("port = -1\nprot = 2\n")
    code, out, _err = server(tmp_path, capsys, "config", "--check")
    assert code == 2
    assert "port:" in out
    assert "prot:" in out
    code, out, _err = server(tmp_path, capsys, "config", "--json")
    assert [problem["key"] for problem in json.loads(out)["problems"]] == ["port", "prot"]


def test_config_command_shows_values_without_passwords(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "server.toml").write_text('mqtt = "mqtts://gerbang:rahasia@broker.example"\nport = 9000\n')
    code, out, _err = server(tmp_path, capsys, "config")
    assert code == 0
    assert "port = 9000\n" in out
    assert "rahasia" not in out
    values = {value["key"]: value for value in json.loads(server(tmp_path, capsys, "config", "--json")[1])["values"]}
    assert (values["port"]["value"], values["port"]["is_default"], values["host"]["is_default"]) == (
        9000,
        False,
        True,
    )
    assert "rahasia" not in str(values)


def test_config_command_writes_the_file_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert server(tmp_path / "new", capsys, "config", "--write")[0] == 0
    assert server(tmp_path / "new", capsys, "config", "--write")[0] == 2


def test_server_does_not_start_with_a_wrong_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "server.toml").write_text("port = 'x'\n")
    code, _out, err = server(tmp_path, capsys)
    assert code == 2
    assert "server.toml" in err
    assert "port" in err
    assert [path.name for path in tmp_path.iterdir()] == ["server.toml"]


def merged(configuration: ServerConfiguration, *arguments: str) -> dict[str, Any]:
    """Return the merged options of a command line."""
    found: dict[str, Any] = {}

    @click.command(params=server_group.params)
    @click.pass_context
    def command(ctx: click.Context, /, **options: Any) -> None:
        found.update(options_with_file(ctx, options, configuration, Path("/data")))

    assert CliRunner().invoke(command, arguments, catch_exceptions=False).exit_code == 0
    return found


def test_command_line_wins_over_the_file(monkeypatch: pytest.MonkeyPatch):
    file = ServerConfiguration(
        port=9000, host="0.0.0.0", certificate="a.pem", key="b.pem", mqtt="embedded", trusted_proxies=("10.0.0.1",)
    )
    options = merged(file, "--port", "8410", "--certificate", "c.pem")
    assert (options["port"], options["host"], options["mqtt"]) == (8410, "0.0.0.0", "embedded")
    assert (options["certificate"], options["key"]) == (Path("c.pem"), Path("/data/b.pem"))
    assert options["trusted_proxies"] == ("10.0.0.1",)
    monkeypatch.setenv("TABUAH_MQTT", "mqtt://lain")
    assert merged(file)["mqtt"] == "mqtt://lain"


def test_every_configuration_key_is_an_option_of_the_server():
    options = {param.name for param in server_group.params}
    default = ServerConfiguration()
    plain = {name for name in default.__struct_fields__ if not isinstance(getattr(default, name), msgspec.Struct)}
    assert plain <= options


def test_address_is_shown_without_its_password():
    assert without_password("mqtt://a:b@c@host:1") == "mqtt://…@host:1"
    assert without_password("embedded:1884") == "embedded:1884"
    assert "rahasia" not in without_password("mqtt://a:rahasia@") + without_password("a:rahasia@host")


def test_config_command_keeps_given_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    options = ("--host", "0.0.0.0", "--port", "8420", "--mqtt", "embedded", "--trusted-proxy", "10.0.0.1", "--feeds")
    files = ("--certificate", "a.pem", "--key", "b.pem")
    code, out, _err = server(tmp_path, capsys, "config", "--write", *options, *files)
    found = read_configuration(tmp_path)
    assert code == 0
    assert "host" in out
    assert (found.host, found.port, found.mqtt, found.feeds) == ("0.0.0.0", 8420, "embedded", True)
    assert found.trusted_proxies == ("10.0.0.1",)
    assert Path(found.certificate) == Path("a.pem").absolute()


def test_config_command_writes_no_unusable_option(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    code, _out, err = server(tmp_path, capsys, "config", "--write", "--host", "a b", "--mqtt", "mqtt://u:rahasia@")
    assert code == 2
    assert "host" in err
    assert "rahasia" not in err
    assert not (tmp_path / "server.toml").exists()


def test_config_command_takes_options_only_to_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert server(tmp_path, capsys, "config", "--check", "--port", "8420")[0] == 2


def test_first_day_keeps_the_options_of_its_server(tmp_path: Path, project: Path, capsys: pytest.CaptureFixture[str]):
    page = (project / "docs" / "first-day.md").read_text("utf-8")
    (started,) = re.findall(r"tabuah server (--.*) &", page)
    (kept,) = re.findall(r"`tabuah server config --write ([^`]*)`", page)
    assert kept == started
    assert server(tmp_path, capsys, "config", "--write", *kept.split())[0] == 0
    assert read_configuration(tmp_path).host == "0.0.0.0"
