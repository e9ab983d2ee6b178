"""Bulletin rules on the command line: list, show, write, try and retire, without a server."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from support.bulletin_samples import sample_earthquake, sample_warning
from support.command_line import CommandLine
from support.console_stores import add_users, enrol, open_store, sync

from tabuah.operations.bulletins.drafts import issue_warning, report_earthquake
from tabuah.operations.people.roles import Role
from tabuah.server.administration import write_initial_rules
from tabuah.server.journal import ServerJournal

TOML = """\
id = "gempa-kecil"
name = "Gempa kecil"
severity = "attention"
source = "Rapat evaluasi"
condition = { type = "earthquake", magnitude = 3.0, within_km = 60 }
"""
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    """A supervisor's console with an earthquake, its correction and a warning; no server runs."""
    first = sample_earthquake(at=NOW - timedelta(hours=1))
    with ServerJournal.open(tmp_path / "server") as journal:
        write_initial_rules(journal)
        add_users(journal, kalaksa=Role.SUPERVISOR)
        journal.append_drafts([report_earthquake("bmkg-1", first, exercise=False)])
        journal.append_drafts(
            [
                issue_warning(
                    sample_warning(sent=NOW, effective=NOW, expires=NOW + timedelta(hours=1)), exercise=False
                ),
                report_earthquake("bmkg-1", msgspec.structs.replace(first, magnitude=4.6), exercise=False),
            ]
        )
        with open_store(tmp_path / "data") as store:
            enrol(journal, store, "kalaksa")
            sync(store, journal)
    return CommandLine(capsys, tmp_path / "data")


def span() -> tuple[str, ...]:
    return ("--from", (NOW - timedelta(days=7)).isoformat(), "--to", (NOW + timedelta(hours=1)).isoformat())


def write(line: CommandLine, tmp_path: Path, text: str) -> tuple[int, str, str]:
    file = tmp_path / "aturan.toml"
    file.write_text(text, "utf-8")
    return line("rule", "write", str(file))


def test_rule_list_describes_both_kinds(line: CommandLine):
    listed = {rule["id"]: rule for rule in line.json("rule", "list")}
    assert listed["gempa-dekat"]["type"] == "bulletin_rule"
    assert listed["gempa-dekat"]["told"] == "Gempa bumi M ≥ 5,0 dalam 100 km dari pusat kabupaten"
    assert listed["gempa-dekat"]["active"]
    assert listed["tma-siaga-1"]["type"] == "rule"
    _code, out, _err = line("rule", "list")
    assert out.index("tma-siaga-1") < out.index("gempa-dekat") < out.index("peringatan-cuaca") < out.index("gunung")


def test_rule_try_runs_on_journal_history(line: CommandLine):
    trial = line.json("rule", "try", "gempa-dekat", *span())
    assert (trial["fired"], trial["bulletins"], trial["newest_only"], trial["source"]) == (1, 2, 0, "journal")
    (episode,) = trial["episodes"]
    assert (episode["subject"], episode["exercise"], episode["worse"]) == ("earthquake/bmkg-1", None, "")
    assert (
        episode["raised_at"] <= episode["cleared_at"] < (NOW + timedelta(hours=1)).isoformat()
    )  # after the correction
    code, out, _err = line("rule", "try", "peringatan-cuaca", *span())
    assert code == 0
    assert "Akan muncul 1 kali · 2 informasi resmi." in out
    code, out, _err = line("rule", "try", "gempa-lokal", *span())
    assert "pusat kabupaten" in out
    assert "gempa-dekat" in out  # it suppresses this rule


def test_bulletin_rule_file_is_written_and_retired(line: CommandLine, tmp_path: Path):
    file = tmp_path / "aturan.toml"
    file.write_text(TOML, "utf-8")
    assert line.json("rule", "try", str(file), *span())["fired"] == 1
    assert "gempa-kecil" not in [rule["id"] for rule in line.json("rule", "list")]
    assert "versi 1" in write(line, tmp_path, TOML)[1]
    assert "versi 2" in write(line, tmp_path, TOML.replace("3.0", "4.0"))[1]
    shown = line.json("rule", "show", "gempa-kecil")
    assert shown["condition"] == {"type": "earthquake", "magnitude": 4.0, "within_km": 60.0}
    assert line("rule", "retire", "gempa-kecil", "--reason", "salah")[0] == 0
    assert not next(rule for rule in line.json("rule", "list") if rule["id"] == "gempa-kecil")["active"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TOML.replace(", magnitude = 3.0, within_km = 60", ""), "tidak pernah memunculkan alarm"),
        (TOML.replace("Rapat evaluasi", ""), "sumber"),
        (TOML.replace("magnitude", "magnitud"), "magnitud"),
        (TOML.replace("earthquake", "gempa"), "gempa"),
    ],
)
def test_rule_write_rejects_impossible_rule(line: CommandLine, tmp_path: Path, text: str, told: str):
    code, _out, err = write(line, tmp_path, text)
    assert code == 2
    assert told in err
    assert "gempa-kecil" not in [rule["id"] for rule in line.json("rule", "list")]


def test_rule_show_distinguishes_equal_ids_by_kind(line: CommandLine, tmp_path: Path):
    assert write(line, tmp_path, TOML.replace("gempa-kecil", "tma-siaga-1"))[0] == 0
    code, _out, err = line("rule", "show", "tma-siaga-1")
    assert code == 2
    assert "rule/tma-siaga-1" in err
    assert line.json("rule", "show", "rule/tma-siaga-1")["parameter"] == "stage_m"
    assert line.json("rule", "show", "bulletin_rule/tma-siaga-1")["condition"]["type"] == "earthquake"
    assert line("rule", "show", "tidak-ada")[0] == 2
