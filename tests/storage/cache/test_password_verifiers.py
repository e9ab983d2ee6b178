"""Verifiers of passwords on a console: bound to user and device, delayed after wrong passwords, private."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import profiles
from support.cheap_password_hashes import PRODUCTION_PROFILES

from tabuah.storage.cache import password_verifiers
from tabuah.storage.cache.errors import DiskFull, NoVerifier, TooManyWrongPasswords, WrongPassword
from tabuah.storage.cache.password_verifiers import (
    FREE_ATTEMPTS,
    LONGEST_DELAY,
    MAX_USERS,
    VERIFIER_FILE,
    PasswordVerifiers,
    delay_after,
)
from tabuah.storage.journal.signatures import DeviceKey

NOW = datetime(2026, 12, 1, 20, tzinfo=UTC)
PASSWORD = "batang-lembang"


def open_verifiers(directory: Path, key: DeviceKey) -> PasswordVerifiers:
    return PasswordVerifiers(directory, key, profile=profiles.CHEAPEST)


@pytest.fixture
def key() -> DeviceKey:
    return DeviceKey.generate()


@pytest.fixture
def verifiers(tmp_path: Path, key: DeviceKey) -> PasswordVerifiers:
    made = open_verifiers(tmp_path, key)
    made.remember("ani", PASSWORD, epoch=3, now=NOW)
    return made


def test_verifier_accepts_the_password_only(verifiers: PasswordVerifiers):
    assert verifiers.check("ani", PASSWORD, now=NOW).epoch == 3
    for wrong in ("", "batang-lembanh", PASSWORD + "\0", PASSWORD.upper()):
        with pytest.raises(WrongPassword):
            verifiers.check("ani", wrong, now=NOW)
    with pytest.raises(NoVerifier, match="budi"):
        verifiers.check("budi", PASSWORD, now=NOW)


def test_verifier_has_the_standard_cost(tmp_path: Path, key: DeviceKey):
    verifiers = PasswordVerifiers(tmp_path, key, profile=PRODUCTION_PROFILES[PasswordVerifiers])
    verifiers.remember("ani", PASSWORD, epoch=3, now=NOW)
    assert verifiers.find("ani").hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    verifiers.check("ani", PASSWORD, now=NOW)


def test_verifier_is_bound_to_device_and_user(tmp_path: Path, verifiers: PasswordVerifiers, key: DeviceKey):
    path = tmp_path / VERIFIER_FILE
    with pytest.raises(NoVerifier):
        open_verifiers(tmp_path, DeviceKey.generate()).check("ani", PASSWORD, now=NOW)
    path.write_bytes(path.read_bytes().replace(b'"ani"', b'"budi"'))
    with pytest.raises(WrongPassword):
        verifiers.check("budi", PASSWORD, now=NOW)
    other = DeviceKey.generate()
    path.write_bytes(path.read_bytes().replace(key.device_id.encode(), other.device_id.encode()))
    with pytest.raises(WrongPassword):
        open_verifiers(tmp_path, other).check("budi", PASSWORD, now=NOW)


def test_wrong_passwords_wait_longer_and_longer(tmp_path: Path, verifiers: PasswordVerifiers, key: DeviceKey):
    for _ in range(FREE_ATTEMPTS + 1):
        with pytest.raises(WrongPassword):
            verifiers.check("ani", "salah-salah", now=NOW)
    restarted = open_verifiers(tmp_path, key)
    with pytest.raises(TooManyWrongPasswords) as refused:
        restarted.check("ani", PASSWORD, now=NOW + timedelta(seconds=1))
    assert refused.value.wait == timedelta(seconds=4)
    with pytest.raises(TooManyWrongPasswords) as refused:
        restarted.check("ani", PASSWORD, now=NOW - timedelta(days=30))  # a clock that was put back
    assert refused.value.wait <= LONGEST_DELAY
    restarted.check("ani", PASSWORD, now=NOW + timedelta(seconds=5))
    restarted.check("ani", PASSWORD, now=NOW + timedelta(seconds=5))
    assert delay_after(FREE_ATTEMPTS) == timedelta()
    assert delay_after(10_000) == LONGEST_DELAY


def test_verifier_file_is_private_and_has_no_password(tmp_path: Path, verifiers: PasswordVerifiers):
    path = tmp_path / VERIFIER_FILE
    assert PASSWORD.encode() not in path.read_bytes()
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff", b'[{"user": "ani"}]'])
def test_damaged_verifier_file_needs_a_log_in(tmp_path: Path, verifiers: PasswordVerifiers, content: bytes):
    (tmp_path / VERIFIER_FILE).write_bytes(content)
    with pytest.raises(NoVerifier):
        verifiers.check("ani", PASSWORD, now=NOW)
    verifiers.remember("ani", PASSWORD, epoch=0, now=NOW)
    verifiers.check("ani", PASSWORD, now=NOW)


def test_verifiers_of_several_users(verifiers: PasswordVerifiers):
    for number in range(MAX_USERS):
        verifiers.remember(f"user{number}", PASSWORD, epoch=0, now=NOW + timedelta(hours=number + 1))
    assert len(verifiers.users()) == MAX_USERS
    assert verifiers.users()[0] == f"user{MAX_USERS - 1}"
    assert verifiers.find("ani") is None
    verifiers.forget("user7")
    assert "user7" not in verifiers.users()


def test_full_disk_does_not_lock_out(verifiers: PasswordVerifiers, monkeypatch: pytest.MonkeyPatch):
    def refuse(path: Path, _data: bytes) -> None:
        raise DiskFull(path)

    monkeypatch.setattr(password_verifiers, "write_private", refuse)
    with pytest.raises(WrongPassword):
        verifiers.check("ani", "salah-salah", now=NOW)
    verifiers.check("ani", PASSWORD, now=NOW)
