"""Earthquakes, warnings and volcanoes on the command line, offline, with distance and relevance."""

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from support.bulletin_samples import sample_earthquake, sample_warning
from support.command_line import CommandLine
from support.console_stores import add_users, enrol, open_store, sync
from support.feed_server import feed_server, latest
from support.running_server import PASSWORD, start_server

from tabuah.operations.bulletins.drafts import issue_warning, report_earthquake
from tabuah.operations.bulletins.entry_bodies import FeltAt
from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    return CommandLine(capsys, tmp_path / "data")


@pytest.fixture
def told(tmp_path: Path, line: CommandLine) -> datetime:
    """A console with a near, a felt and a far earthquake, and a warning here and one elsewhere."""
    now = datetime.now(UTC).replace(microsecond=0)
    far = {"lon_deg": 123.27, "lat_deg": -8.51}
    drafts = [
        report_earthquake("bmkg-1", sample_earthquake(at=now - timedelta(hours=2)), exercise=False),
        report_earthquake(
            "bmkg-2", sample_earthquake(at=now - timedelta(hours=3), magnitude=7.0, **far), exercise=False
        ),
        report_earthquake(
            "bmkg-3",
            msgspec.structs.replace(
                sample_earthquake(at=now - timedelta(hours=4), **far), felt=(FeltAt("Solok", 2, 3),)
            ),
            exercise=True,
        ),
        issue_warning(_warning("here", now), exercise=False),
        issue_warning(_warning("there", now, rings=_ELSEWHERE), exercise=False),
        issue_warning(_warning("over", now - timedelta(hours=5)), exercise=False),
    ]
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, ani=Role.OPERATOR)
        journal.append_drafts(drafts)
        with open_store(tmp_path / "data") as store:
            enrol(journal, store, "ani")
            sync(store, journal)
    return now


_ELSEWHERE = (((122.1, 0.9), (122.2, 0.9), (122.2, 0.8), (122.1, 0.9)),)


def _warning(identifier: str, at: datetime, **changes):
    times = {"sent": at, "effective": at, "expires": at + timedelta(hours=2)}
    return sample_warning(identifier=identifier, **times, **changes)


def test_earthquake_list_has_distance_direction_and_intensity(line: CommandLine, told: datetime):
    code, out, _err = line("earthquake", "list", "--with-exercises")
    assert code == 0
    assert "12 km utara Arosuka" in out
    assert "LATIHAN" in out
    listed = line.json("earthquake", "list", "--with-exercises")
    assert [found["id"] for found in listed] == ["bmkg-1", "bmkg-2", "bmkg-3"]
    assert (listed[0]["relation"], listed[1]["relation"]) == ("inside", "far")
    assert listed[0]["nearest_nagari"]
    assert listed[1]["nearest_nagari"] == ""
    assert [found["id"] for found in line.json("earthquake", "list", "--here", "--with-exercises")] == [
        "bmkg-1",
        "bmkg-3",
    ]
    assert [found["felt_mmi"] for found in listed] == [None, None, 3]


def test_warning_list_shows_relevance(line: CommandLine, told: datetime):
    assert [(w["id"], w["touches"]) for w in line.json("warning", "list")] == [("here", True), ("there", False)]
    assert len(line.json("warning", "list", "--all")) == 3
    code, out, _err = line("warning", "show", "here")
    assert code == 0
    assert "Kecamatan" in out
    assert "%" in out
    assert "(perkiraan)" in out
    assert "berlaku hingga" in out
    code, out, _err = line("warning", "show", "there")
    assert "untuk daerah lain" in out
    assert line("warning", "show", "none")[0] == 2


def test_volcano_level_is_recorded_offline_with_source(line: CommandLine, told: datetime):
    assert "Belum ada tingkat" in line("volcano", "list")[1]
    code, out, err = line("volcano", "level", "II", "--source", "PVMBG, MAGMA Indonesia", "--stated-at", "00:00")
    assert (code, err) == (0, "")
    assert "Gunung Talang: tingkat II" in out
    assert "Level II (Waspada) · PVMBG, MAGMA Indonesia" in line("volcano", "list")[1]
    (found,) = line.json("volcano", "list")
    assert (found["id"], found["level"], len(found["statements"])) == ("261160", "II", 1)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("V", "--source", "PVMBG"), "bukan tingkat"),
        (("II", "--source", " "), "sumber"),
        (("II", "--source", "PVMBG", "--volcano", "999999"), "Tidak ada gunung api"),
        (("II", "--source", "PVMBG", "--stated-at", "2099-01-01T00:00Z"), "masa depan"),
        (("II",), "--source"),
    ],
)
def test_volcano_level_rejects_invalid_level(line: CommandLine, told: datetime, arguments, word: str):
    code, out, err = line("volcano", "level", *arguments)
    assert (code, out) == (2, "")
    assert word in err
    assert line.json("volcano", "list") == []


def test_feed_commands_describe_run_and_report_feeds(
    line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)
    first, again = line.json("server", "feeds"), line.json("server", "feeds")
    assert (first["created"], again["created"], len(first["feeds"])) == (True, False, 5)
    file = Path(first["file"])
    with feed_server() as site:
        site.put("/autogempa.json", latest())
        file.write_text(f"[[feed]]\nname = 'auto'\ncontent = 'earthquakes'\nurl = '{site.url}/autogempa.json'\n")
        with start_server(file.parent, feeds=True) as server:
            server.add_user("ani")
            console = dataclasses.replace(line, data=tmp_path / "console")  # noqa: TID251 - not a struct
            assert console("login", "--server", server.url, "--user", "ani")[0] == 0
            told = console.json("feed", "status")
            assert [feed["name"] for feed in told["feeds"]] == ["auto"]
            code, out, _err = console("feed", "status")
            assert (code, "tabuah rule list" in out) == (0, True)
    assert console("feed", "status")[0] == 3
    file.write_text("[[feed]]\nname = 'x'")
    code, _out, err = line("server", "feeds")
    assert code != 0
    assert "feeds.toml" in err
