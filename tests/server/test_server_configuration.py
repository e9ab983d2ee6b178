"""`server.toml`: defaults, explanations, and every wrong key named."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tabuah.server.configuration import (
    EXPLANATIONS,
    FILE_NAME,
    ServerConfiguration,
    check_configuration,
    configured_database,
    default_file,
    read_configuration,
    toml_of,
    write_new_file,
)
from tabuah.server.errors import InsecureAddress, UnusableConfiguration
from tabuah.server.limits.connections import ConnectionTable
from tabuah.server.logs import LogConfiguration, log_output


def keys(values: msgspec.Struct, prefix: str = "") -> Iterator[str]:
    for name in values.__struct_fields__:
        yield prefix + name
        value = getattr(values, name)
        if isinstance(value, msgspec.Struct):
            yield from keys(value, f"{prefix}{name}.")


def write(directory: Path, text: str) -> Path:
    (directory / FILE_NAME).write_text(text, "utf-8")
    return directory


def problems(directory: Path, text: str) -> dict[str, str]:
    found = check_configuration(write(directory, text) / FILE_NAME)[1]
    return {problem.key: problem.reason for problem in found}


def test_missing_configuration_file_means_defaults(tmp_path: Path):
    assert read_configuration(tmp_path) == ServerConfiguration()


def test_every_configuration_key_is_explained():
    assert set(keys(ServerConfiguration())) == set(EXPLANATIONS)


@pytest.mark.parametrize("uncomment", [False, True])
def test_default_file_has_every_default(tmp_path: Path, uncomment: bool):
    text = default_file()
    if uncomment:
        text = re.sub(r"^#(?=[a-z_]+ = )", "", text, flags=re.MULTILINE)
    assert len(tomllib.loads(text)) >= (len(ServerConfiguration.__struct_fields__) if uncomment else 0)
    assert read_configuration(write(tmp_path, text)) == ServerConfiguration()
    lines = set(re.findall(r"^#?([a-z_]+) = ", text, re.MULTILINE)) | set(
        re.findall(r"^\[(.+)\]$", text, re.MULTILINE)
    )
    assert {key.rpartition(".")[2] for key in EXPLANATIONS} == {line.rpartition(".")[2] for line in lines}


def test_configuration_names_every_wrong_key_at_once(tmp_path: Path):
    text = 'port = 99999\nhots = "x"\nfeeds = "yes"\nenrolment = "never"\ntrusted_proxies = ["tetangga"]\nmqtt = "http://x"\n'
    assert set(problems(tmp_path, text)) == {"port", "hots", "feeds", "enrolment", "trusted_proxies", "mqtt"}
    with pytest.raises(UnusableConfiguration, match="port") as caught:
        read_configuration(tmp_path)
    assert FILE_NAME in str(caught.value)
    assert "hots" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "port = ",
        "host = 'a'\nhost = 'b'",
        "x" * 300_000,
        "a = " + "[" * 20_000,
        "\ud800".encode("utf-8", "surrogatepass"),
    ],
    ids=["cut", "twice", "large", "deep", "not-utf-8"],
)
def test_configuration_that_is_no_toml_is_one_problem(tmp_path: Path, text: str | bytes):
    (tmp_path / FILE_NAME).write_bytes(text if isinstance(text, bytes) else text.encode())
    assert [problem.key for problem in check_configuration(tmp_path / FILE_NAME)[1]] == [""]


def test_configuration_needs_certificate_and_key_together(tmp_path: Path):
    assert set(problems(tmp_path, 'certificate = "a.pem"')) == {"key"}
    assert set(problems(tmp_path, 'key = "a.pem"')) == {"certificate"}


@pytest.mark.parametrize(
    "text",
    [
        'mqtt = "mqtt://gerbang:rahasia@host/topik"',
        'mqtt = "mqtt://gerbang:rahasia@"',
        'mqtt = "mqtt://gerbang:saya@rahasia@host:x"',
        'mqtt = "gerbang:rahasia@host"',
        'database = "mysql://ani:rahasia@host/tabuah"',
    ],
)
def test_wrong_address_shows_no_password(tmp_path: Path, text: str):
    found = problems(tmp_path, text)
    assert found
    assert "rahasia" not in str(found)


@pytest.mark.parametrize("host", ["a b", "evil\nx", "::gg", "-a", "1.2.3", "", "a..b"])
def test_host_that_is_neither_address_nor_name_is_named(tmp_path: Path, host: str):
    assert set(problems(tmp_path, f"host = {toml_of(host)}")) == {"host"}


@pytest.mark.parametrize("host", ["::", "fe80::1%eth0", "0.0.0.0", "localhost", "tabuah.solokkab.go.id"])
def test_host_is_an_address_or_a_name(tmp_path: Path, host: str):
    assert not problems(tmp_path, f"host = {toml_of(host)}")


@pytest.mark.parametrize(
    "network",
    ["0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/7", "2000::/3", "2001::/15", "::ffff:0:0/96", "::ffff:0:0/90"],
)
def test_network_of_strangers_is_none_of_proxies(tmp_path: Path, network: str):
    found = problems(tmp_path, f'trusted_proxies = ["127.0.0.1", "{network}"]')
    assert network in found["trusted_proxies"]
    with pytest.raises(InsecureAddress):
        ConnectionTable(limit=1, proxies=[network])  # of the command line


@pytest.mark.parametrize("network", ["10.0.0.0/8", "127.0.0.1", "fc00::/7", "fd00::1", "2001:db8::/32", "::1"])
def test_network_of_an_office_may_be_one_of_proxies(tmp_path: Path, network: str):
    assert not problems(tmp_path, f'trusted_proxies = ["{network}"]')


@pytest.mark.parametrize(
    "database",
    [
        *("sqlite:///file:/tmp/x.db?uri=true", "sqlite:///file:x", "sqlite:///:memory:", "sqlite://", "sqlite:///"),
        *("sqlite:///x.db?mode=memory", "sqlite:///a\0b.db", "sqlite:///a\nb.db", "sqlite:///::memory:"),
    ],
)
def test_database_is_a_file(tmp_path: Path, database: str):
    assert set(problems(tmp_path, f"database = {toml_of(database)}")) == {"database"}


@pytest.mark.parametrize("text", ["a\0b", "a\nb", "\u202ea", "file:a.pem", "file:///a.log", "http://x/a"])
@pytest.mark.parametrize("key", ["certificate", "key", "log.file", "backup.directory"])
def test_path_is_no_uri_and_has_no_hidden_characters(tmp_path: Path, key: str, text: str):
    table, _dot, name = key.rpartition(".")
    found = problems(tmp_path, f"[{table}]\n{name} = {toml_of(text)}" if table else f"{name} = {toml_of(text)}")
    assert found[key]


@pytest.fixture
def server_data(tmp_path: Path) -> Path:
    """A directory with the files that mark the data of a server."""
    for name in ("journal.db", "server.key", "security.log", "data.log", "readings.db"):
        (tmp_path / name).write_bytes(b"\0" * 10)
    (tmp_path / "notes.log").write_text("kemarin\n", "utf-8")
    (tmp_path / "blobs").mkdir()
    (tmp_path / "folder.log").mkdir()
    (tmp_path / "link.log").symlink_to(tmp_path / "server.key")
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        *("server.key", "journal.db", "security.log", "server.toml", "blobs/a.log", "./tls/../server.key"),
        *("data.log", "folder.log", "link.log", "/etc/passwd", "server.log/"),
    ],
)
def test_log_is_no_file_of_the_server(server_data: Path, name: str):
    if name == "server.log/":
        (server_data / "server.log").mkdir()
    assert set(problems(server_data, f'[log]\nfile = "{name}"')) == {"log.file"}
    with (
        pytest.raises(UnusableConfiguration, match=r"log\.file"),
        log_output(LogConfiguration(file=name), server_data),
    ):
        pass
    assert (server_data / "server.key").read_bytes() == b"\0" * 10


@pytest.mark.parametrize("name", ["server.log", "notes.log", "../lain.log"])
def test_log_may_be_a_text_file_of_its_own(server_data: Path, name: str):
    assert not problems(server_data, f'[log]\nfile = "{name}"')


def test_backups_and_database_are_no_files_of_the_server(server_data: Path):
    (server_data / "backups").mkdir()
    for folder in (".", "backups"):
        assert set(problems(server_data, f'[backup]\ndirectory = "{folder}"')) == {"backup.directory"}
    for name in ("server.key", "readings.db"):
        url = f"sqlite:///{(server_data / name).as_posix()}"
        assert set(problems(server_data, f"database = {toml_of(url)}")) == {"database"}


def test_configuration_names_the_database(tmp_path: Path):
    write(tmp_path, f'database = "sqlite:///{tmp_path.as_posix()}/lain.db"')
    assert configured_database(tmp_path) == f"sqlite:///{tmp_path.as_posix()}/lain.db"


def test_default_file_is_private_and_never_replaces_another(tmp_path: Path):
    file = write_new_file(tmp_path, {})
    assert file.stat().st_mode & 0o077 == 0
    file.write_text("port = 9\n")
    with pytest.raises(UnusableConfiguration):
        write_new_file(tmp_path, {})
    assert file.read_text() == "port = 9\n"


def test_toml_of_a_text_reads_back():
    for text in ('a "b" \\ c', "é\n\t", "\x7f\x01", "mqtt://a:b@c"):
        assert tomllib.loads(f"x = {toml_of(text)}")["x"] == text
