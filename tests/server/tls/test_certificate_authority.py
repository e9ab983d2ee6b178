"""The server's own certificate authority: files, names, terms, renewal and damage."""

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.tls_server import create_tls_server

from tabuah.server.errors import DamagedData, InsecureAddress, NameTaken, NotInitialised
from tabuah.server.tls.administration import init_tls, read_tls_state, renew_tls
from tabuah.server.tls.authority import CertificateAuthority, TlsFiles
from tabuah.server.tls.certificates import (
    SERVER_LIFE,
    issue_gateway_certificate,
    names_of,
    new_authority,
    read_names,
)
from tabuah.storage.data_files import UNFINISHED_AFTER_S

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def authority_of(directory: Path) -> CertificateAuthority:
    return CertificateAuthority.open_in(directory)


def test_authority_issues_a_certificate_for_all_names(tmp_path: Path):
    found = create_tls_server(tmp_path, names=("Tabuah.Solokkab.go.id.", "10.1.2.3", "fd00::1"), clock=lambda: NOW)
    assert found.names == ("tabuah.solokkab.go.id", "10.1.2.3", "fd00::1")
    assert (found.expires_at, found.renews_at < found.expires_at) == (NOW + SERVER_LIFE, True)
    assert found == read_tls_state(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_tls_files_are_private(tmp_path: Path):
    create_tls_server(tmp_path)
    modes = {path.name: path.stat().st_mode & 0o777 for path in TlsFiles(tmp_path).folder.iterdir()}
    assert modes == {"ca.pem": 0o600, "ca.crt": 0o600, "server.pem": 0o600}


def test_unfinished_files_of_a_killed_process_are_removed(tmp_path: Path):
    create_tls_server(tmp_path)
    folder = TlsFiles(tmp_path).folder
    left, of_now = folder / "ca.pem.abcd1234.new", folder / "server.pem.efgh5678.new"
    for path in (left, of_now):
        path.write_bytes(b"key")
    long_ago_s = time.time() - 10 * UNFINISHED_AFTER_S
    os.utime(left, (long_ago_s, long_ago_s))
    read_tls_state(tmp_path)
    assert {path.name for path in folder.iterdir()} == {"ca.pem", "ca.crt", "server.pem", of_now.name}


def test_account_longer_than_a_common_name_gets_a_certificate():
    authority = new_authority("Tabuah", NOW)
    for account, shown in (("é" * 40, "é" * 32), ("a" + "é" * 40, "a" + "é" * 31), ("x" * 80, "x" * 64)):
        issued = issue_gateway_certificate(authority, account, NOW)
        assert issued.certificate.subject.rfc4514_string() == f"CN={shown}"


@pytest.mark.parametrize("name", ["", "a b", "-a", "höhe.example", "x" * 64, "*.example", "https://a", "a/b", "a:80"])
def test_certificate_names_are_checked(name: str):
    with pytest.raises(InsecureAddress):
        read_names((name,))


def test_certificate_names_are_bounded():
    assert read_names(("B", "b", "a")) == ("b", "a")
    with pytest.raises(InsecureAddress):
        read_names(tuple(f"n{n}" for n in range(51)))


def test_bad_name_creates_nothing(tmp_path: Path):
    with pytest.raises(InsecureAddress):
        create_tls_server(tmp_path, names=("no name",))
    assert not TlsFiles(tmp_path).folder.exists()


def test_tls_needs_a_server(tmp_path: Path):
    with pytest.raises(NotInitialised, match="tabuah server init"):
        init_tls(tmp_path, ("localhost",))
    with pytest.raises(NotInitialised, match="tls init"):
        renew_tls(tmp_path)


def test_second_init_changes_nothing(tmp_path: Path):
    before = create_tls_server(tmp_path)
    with pytest.raises(NameTaken, match="renew"):
        init_tls(tmp_path, ("other.example",))
    assert read_tls_state(tmp_path) == before


def test_renewal_keeps_names_authority_and_code(tmp_path: Path):
    before = create_tls_server(tmp_path, clock=lambda: NOW)
    after = renew_tls(tmp_path, clock=lambda: NOW + timedelta(days=1))
    assert (after.names, after.code, after.authority_expires_at) == (
        before.names,
        before.code,
        before.authority_expires_at,
    )
    assert after.expires_at == before.expires_at + timedelta(days=1)
    assert renew_tls(tmp_path, ("other.example",)).names == ("other.example",)


def test_certificate_is_renewed_after_two_thirds_of_its_life(tmp_path: Path):
    create_tls_server(tmp_path, clock=lambda: NOW)
    authority = authority_of(tmp_path)
    assert not authority.renew_if_due(NOW + SERVER_LIFE * 0.6)
    assert authority.renew_if_due(NOW + SERVER_LIFE * 0.7)
    renewed = authority.server_certificate()
    assert renewed is not None
    assert renewed.not_valid_after_utc == NOW + SERVER_LIFE * 1.7
    assert names_of(renewed) == ("localhost", "127.0.0.1")


def test_new_authority_has_another_code(tmp_path: Path):
    before = create_tls_server(tmp_path)
    after = init_tls(tmp_path, ("localhost",), new_authority=True)
    assert after.code != before.code
    found = authority_of(tmp_path).server_certificate()
    assert found is not None
    assert authority_of(tmp_path).has_issued(found)


def test_interrupted_replacement_of_the_authority_is_completed(tmp_path: Path):
    create_tls_server(tmp_path, clock=lambda: NOW)
    CertificateAuthority.create_in(tmp_path, name="Tabuah", now=NOW, replace=True)  # the crash follows
    authority = authority_of(tmp_path)
    assert authority.renew_if_due(NOW)
    found = authority.server_certificate()
    assert found is not None
    assert authority.has_issued(found)


@pytest.mark.parametrize("content", [b"", b"no key", b"\xff\xfe"])
def test_damaged_authority_is_reported(tmp_path: Path, content: bytes):
    create_tls_server(tmp_path)
    TlsFiles(tmp_path).authority.write_bytes(content)
    for work in (read_tls_state, renew_tls):
        with pytest.raises(DamagedData, match="new-authority"):
            work(tmp_path)


def test_mixed_key_and_certificate_are_damage(tmp_path: Path):
    create_tls_server(tmp_path / "one")
    create_tls_server(tmp_path / "two")
    one, two = (TlsFiles(tmp_path / name).authority.read_bytes() for name in ("one", "two"))
    key, certificate = one[: one.index(b"-----BEGIN CERT")], two[two.index(b"-----BEGIN CERT") :]
    TlsFiles(tmp_path / "one").authority.write_bytes(key + certificate)
    with pytest.raises(DamagedData):
        read_tls_state(tmp_path / "one")
