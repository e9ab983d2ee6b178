"""Drafts of forms: private files that survive the process."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tabuah.storage.cache.form_drafts import DRAFTS_KEPT, FormDrafts

AT = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


def test_draft_is_private_and_readable_again(tmp_path: Path) -> None:
    FormDrafts(tmp_path).save("note/../01/a", b'{"text":"air naik"}', saved_at=AT, user="ani")
    (file,) = (tmp_path / "drafts").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    (found,) = FormDrafts(tmp_path).read_of("ani").items()
    assert (found[0], found[1].saved_at) == ("note/../01/a", AT)
    assert msgspec.json.decode(found[1].content) == {"text": "air naik"}


def test_discarded_draft_leaves_no_file(tmp_path: Path) -> None:
    drafts = FormDrafts(tmp_path)
    drafts.save("report", b"{}", saved_at=AT, user="ani")
    drafts.discard("report", user="ani")
    drafts.discard("report", user="ani")
    assert list((tmp_path / "drafts").iterdir()) == []


def test_damaged_draft_is_skipped(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    drafts = FormDrafts(tmp_path)
    assert drafts.read_of("ani") == {}
    drafts.save("report", b"{}", saved_at=AT, user="ani")
    (tmp_path / "drafts" / "broken.json").write_text("{")
    assert list(drafts.read_of("ani")) == ["report"]
    assert "broken.json" in caplog.text


def test_draft_is_read_by_its_user_only(tmp_path: Path) -> None:
    drafts = FormDrafts(tmp_path)
    drafts.save("report", b'{"caller":"Bu Yanti"}', saved_at=AT, user="ani")
    drafts.save("report", b'{"caller":"Pak Rusdi"}', saved_at=AT, user="budi")
    assert [bytes(draft.content) for draft in drafts.read_of("ani").values()] == [b'{"caller":"Bu Yanti"}']
    drafts.discard("report", user="ani")
    assert (drafts.read_of("ani"), list(drafts.read_of("budi"))) == ({}, ["report"])
    assert drafts.read_of("") == {}


def test_expired_drafts_of_all_users_are_deleted(tmp_path: Path) -> None:
    drafts = FormDrafts(tmp_path)
    drafts.save("old", b"{}", saved_at=AT, user="ani")
    drafts.save("new", b"{}", saved_at=AT + timedelta(hours=1), user="budi")
    damaged = tmp_path / "drafts" / "broken.json"
    damaged.write_text("{")
    os.utime(damaged, (AT.timestamp(), AT.timestamp()))
    drafts.delete_expired(AT + DRAFTS_KEPT)
    assert len(list((tmp_path / "drafts").iterdir())) == 3
    drafts.delete_expired(AT + DRAFTS_KEPT + timedelta(minutes=1))
    assert (drafts.read_of("ani"), list(drafts.read_of("budi"))) == ({}, ["new"])
    assert not damaged.exists()


def test_first_user_adopts_input_from_before(tmp_path: Path) -> None:
    drafts = FormDrafts(tmp_path)
    drafts.save("report", b'"mine"', saved_at=AT, user="")
    drafts.save("note/1", b'"older"', saved_at=AT, user="")
    drafts.save("note/1", b'"newer"', saved_at=AT, user="ani")
    drafts.adopt("ani")
    assert {key: bytes(d.content) for key, d in drafts.read_of("ani").items()} == {
        "report": b'"mine"',
        "note/1": b'"newer"',
    }
    assert drafts.read_of("") == {}
