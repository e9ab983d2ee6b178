"""`notices.toml` and `messages.toml` of a setup: no secrets leave, changes are named, and a server keeps its own."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.notice_settings import CONTACT, MESSAGES_TOML, NOTICES_TOML

from tabuah.operations.notices.literal_secrets import WITHHELD
from tabuah.operations.notices.settings import read_notice_settings
from tabuah.resources.regency import shipped_regency
from tabuah.server.errors import UnusableMailboxes, UnusableNotices, UnusableSetup
from tabuah.server.journal import ServerJournal
from tabuah.server.regency.portable_documents import missing_files, withheld_values
from tabuah.server.regency.setup_changes import SetupChange, current_setup, import_setup
from tabuah.server.regency.setup_folder import read_setup, write_setup

LITERAL = "kunci-rahasia-77"
NUMBER = "+6281234567890"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    """A server with both files, a literal secret, and the number of a person."""
    with ServerJournal.open(tmp_path / "server") as opened:
        (tmp_path / "server" / "notices.toml").write_text(NOTICES_TOML, "utf-8")
        (tmp_path / "server" / "messages.toml").write_text(MESSAGES_TOML, "utf-8")
        yield opened


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "empty") as opened:
        yield opened


def export(journal: ServerJournal, folder: Path, *, with_personal: bool = False) -> dict[str, bytes]:
    setup = current_setup(journal, with_personal=with_personal)
    write_setup(folder, setup, profile=shipped_regency(), map_file=None)
    return {name: (folder / name).read_bytes() for name in ("notices.toml", "messages.toml")}


def run_import(journal: ServerJournal, folder: Path, *, dry_run: bool = False) -> dict[str, SetupChange]:
    changes = import_setup(journal, folder, read_setup(folder), actor="administrator", dry_run=dry_run)
    return {change.part: change for change in changes if change.part in ("notices", "messages")}


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_export_has_no_secret_no_number_and_no_comment(journal: ServerJournal, tmp_path: Path):
    files = export(journal, tmp_path / "setup")
    whole = b"".join(files.values()).decode()
    assert not any(text in whole for text in (LITERAL, NUMBER, "sandi lama"))
    assert withheld_values(files["notices.toml"].decode()) == ("channel.sms.headers.Authorization",)
    assert tomllib.loads(files["notices.toml"].decode())["channel"][1]["secret_file"] == "smtp-password"
    assert NUMBER.encode() in export(journal, tmp_path / "personal", with_personal=True)["notices.toml"]


def test_same_server_has_this_setup_already(journal: ServerJournal, tmp_path: Path):
    export(journal, tmp_path / "setup")
    assert run_import(journal, tmp_path / "setup") == {}
    assert (journal.directory.path / "notices.toml").read_text("utf-8") == NOTICES_TOML


def test_setup_goes_to_a_new_server_and_back(journal: ServerJournal, empty: ServerJournal, tmp_path: Path):
    folder = tmp_path / "setup"
    export(journal, folder)
    replace_in(folder / "notices.toml", WITHHELD, "Bearer {secret}")
    replace_in(folder / "notices.toml", 'name = "sms"', 'name = "sms"\nsecret_file = "sms-key"')
    written = {name: (folder / name).read_bytes() for name in ("notices.toml", "messages.toml")}
    setup = read_setup(folder)
    changes = run_import(empty, folder)
    assert changes["notices"].is_new
    assert changes["messages"].is_new
    names = ("imap-password", "sms-key", "smtp-password")
    assert missing_files(empty.directory.path, setup.notices, setup.messages) == names
    (empty.directory.path / "sms-key").write_text("x", "utf-8")
    assert "sms-key" not in missing_files(empty.directory.path, setup.notices, setup.messages)
    again = export(empty, tmp_path / "again")
    assert {name: tomllib.loads(text.decode()) for name, text in again.items()} == {
        name: tomllib.loads(text.decode()) for name, text in written.items()
    }
    assert export(empty, tmp_path / "again") == again


def test_withheld_secret_is_refused_where_it_is_unknown(journal: ServerJournal, empty: ServerJournal, tmp_path: Path):
    export(journal, tmp_path / "setup")
    with pytest.raises(UnusableSetup, match=r"notices\.toml: channel\.sms\.headers\.Authorization "):
        run_import(empty, tmp_path / "setup")
    assert not (empty.directory.path / "notices.toml").exists()
    assert not (empty.directory.path / "messages.toml").exists()


def test_import_keeps_secrets_and_addresses_of_the_server(journal: ServerJournal, tmp_path: Path):
    folder = tmp_path / "setup"
    export(journal, folder)
    replace_in(folder / "notices.toml", "messages = 10", "messages = 20")
    replace_in(folder / "messages.toml", "interval_s = 60", "interval_s = 90")
    changes = run_import(journal, folder, dry_run=True)
    assert (journal.directory.path / "notices.toml").read_text("utf-8") == NOTICES_TOML
    assert changes == run_import(journal, folder)
    assert changes["notices"].fields == ("limits.messages",)
    assert [(each.before, each.after) for each in changes["notices"].differences] == [(10, 20)]
    assert changes["messages"].fields == ("message.surel-pusdalops.imap.interval_s",)
    found = read_notice_settings((journal.directory.path / "notices.toml").read_text("utf-8"))
    (sms, _surel) = found.channel
    assert found.limits.messages == 20
    assert LITERAL in str(sms)
    assert sms.addresses == {CONTACT: NUMBER}


def test_changed_and_removed_parts_are_named_without_secrets(journal: ServerJournal, tmp_path: Path):
    folder = tmp_path / "setup"
    export(journal, folder)
    replace_in(folder / "notices.toml", WITHHELD, "Bearer rahasia-yang-baru")
    replace_in(
        folder / "notices.toml", "[[recipient]]", f'[channel.addresses]\n"{CONTACT}" = "a@example.org"\n[[recipient]]'
    )
    text = (folder / "messages.toml").read_text("utf-8")
    (folder / "messages.toml").write_text(text[: text.index("[[message]]")], "utf-8")
    changes = run_import(journal, folder)
    assert set(changes["notices"].fields) == {"channel.sms.headers.Authorization", "channel.surel.addresses"}
    assert changes["notices"].differences == ()
    (removed,) = changes["messages"].differences
    assert (removed.path, removed.after) == ("message", None)


def test_secret_does_not_go_to_another_host(journal: ServerJournal, tmp_path: Path):
    export(journal, tmp_path / "setup")
    replace_in(tmp_path / "setup" / "notices.toml", "https://sms.example.org", "https://elsewhere.example.org")
    with pytest.raises(UnusableSetup, match="Authorization"):
        run_import(journal, tmp_path / "setup")


@pytest.mark.parametrize(("name", "error"), [("notices.toml", UnusableNotices), ("messages.toml", UnusableMailboxes)])
def test_invalid_file_of_the_server_stops_the_export(
    journal: ServerJournal, tmp_path: Path, name: str, error: type[Exception]
):
    (journal.directory.path / name).write_text("[[message]]\n[[channel]]\npassword = 'x'\n", "utf-8")
    with pytest.raises(error, match=name):
        current_setup(journal)


@pytest.mark.parametrize("name", ["notices.toml", "messages.toml"])
def test_too_large_file_of_a_setup_is_named(tmp_path: Path, name: str):
    (tmp_path / name).write_text("#" * (1 << 20) + "\n", "utf-8")
    with pytest.raises(UnusableSetup, match=name):
        read_setup(tmp_path)


def test_file_that_the_server_lost_leaves_the_export(journal: ServerJournal, tmp_path: Path):
    export(journal, tmp_path / "setup")
    (journal.directory.path / "messages.toml").unlink()
    setup = current_setup(journal)
    write_setup(tmp_path / "setup", setup, profile=shipped_regency(), map_file=None)
    assert not (tmp_path / "setup" / "messages.toml").exists()


def test_all_problems_of_both_files_are_named_in_indonesian(tmp_path: Path):
    (tmp_path / "notices.toml").write_text(
        """[[channel]]
name = "sms"
kind = "http"
url = "http://sms.example.org"
form = { key = "{secret}" }
[[recipient]]
name = "semua"
channels = ["telepon"]
""",
        "utf-8",
    )
    (tmp_path / "messages.toml").write_text(
        '[[message]]\naccount = "surel"\n[message.imap]\nhost = "imap.example.org"\nuser = "a"\n', "utf-8"
    )
    with pytest.raises(UnusableSetup) as caught:
        read_setup(tmp_path)
    notices, messages = caught.value.problems
    assert notices == (
        "notices.toml: channel “sms”: url alamat harus diawali https://; channel “sms”: {secret} memerlukan "
        "secret_file atau secret_env; recipient “semua”: tidak ada saluran “telepon”; recipient “semua”: sebutkan "
        "contacts, functions, organisations, duty, atau addressed"
    )
    assert messages == ("messages.toml: [[message]] 1: imap: sebutkan kata sandi dengan secret_file atau secret_env")
