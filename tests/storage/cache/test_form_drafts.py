"""Drafts of forms: private files that survive the process."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from tabuah.storage.cache.form_drafts import FormDrafts

AT = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


def test_draft_is_private_and_readable_again(tmp_path: Path) -> None:
    FormDrafts(tmp_path).save("note/../01/a", b'{"text":"air naik"}', saved_at=AT)
    (file,) = (tmp_path / "drafts").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    (found,) = FormDrafts(tmp_path).read_all().items()
    assert (found[0], found[1].saved_at) == ("note/../01/a", AT)
    assert msgspec.json.decode(found[1].content) == {"text": "air naik"}


def test_discarded_draft_leaves_no_file(tmp_path: Path) -> None:
    drafts = FormDrafts(tmp_path)
    drafts.save("report", b"{}", saved_at=AT)
    drafts.discard("report")
    drafts.discard("report")
    assert list((tmp_path / "drafts").iterdir()) == []


def test_damaged_draft_is_skipped(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    drafts = FormDrafts(tmp_path)
    assert drafts.read_all() == {}
    drafts.save("report", b"{}", saved_at=AT)
    (tmp_path / "drafts" / "broken.json").write_text("{")
    assert list(drafts.read_all()) == ["report"]
    assert "broken.json" in caplog.text
