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
    write_default_file,
)
from tabuah.server.errors import UnusableConfiguration


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


def test_wrong_broker_address_shows_no_password(tmp_path: Path):
    assert "rahasia" not in str(problems(tmp_path, 'mqtt = "mqtt://gerbang:rahasia@host/topik"'))


def test_configuration_names_the_database(tmp_path: Path):
    write(tmp_path, f'database = "sqlite:///{tmp_path.as_posix()}/lain.db"')
    assert configured_database(tmp_path) == f"sqlite:///{tmp_path.as_posix()}/lain.db"


def test_default_file_is_private_and_never_replaces_another(tmp_path: Path):
    file = write_default_file(tmp_path)
    assert file.stat().st_mode & 0o077 == 0
    file.write_text("port = 9\n")
    with pytest.raises(UnusableConfiguration):
        write_default_file(tmp_path)
    assert file.read_text() == "port = 9\n"


def test_toml_of_a_text_reads_back():
    for text in ('a "b" \\ c', "é\n\t", "\x7f\x01", "mqtt://a:b@c"):
        assert tomllib.loads(f"x = {toml_of(text)}")["x"] == text
