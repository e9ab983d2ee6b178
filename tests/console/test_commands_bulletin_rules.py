"""Rules about announcements on the command line: listed, shown, written, tried and retired, all without a server."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from bulletin_samples import quake, warning
from command_lines import Line
from consoles import add_users, enrol, open_store, sync

from tabuah.operations.authority.roles import Role
from tabuah.operations.bulletins.gestures import issue_warning, report_earthquake
from tabuah.server.administration import write_first_rules
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
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Line:
    """A supervisor's console that has heard of an earthquake, its correction and a warning; no server runs."""
    first = quake(at=NOW - timedelta(hours=1))
    with ServerJournal.open(tmp_path / "server") as journal:
        write_first_rules(journal)
        add_users(journal, kalaksa=Role.SUPERVISOR)
        journal.append_own([report_earthquake("bmkg-1", first, exercise=False)])
        journal.append_own(
            [
                issue_warning(warning(sent=NOW, effective=NOW, expires=NOW + timedelta(hours=1)), exercise=False),
                report_earthquake("bmkg-1", msgspec.structs.replace(first, magnitude=4.6), exercise=False),
            ]
        )
        with open_store(tmp_path / "data") as store:
            enrol(journal, store, "kalaksa")
            sync(store, journal)
    return Line(capsys, tmp_path / "data")


def span() -> tuple[str, ...]:
    return ("--from", (NOW - timedelta(days=7)).isoformat(), "--to", (NOW + timedelta(hours=1)).isoformat())


def write(line: Line, tmp_path: Path, text: str) -> tuple[int, str, str]:
    file = tmp_path / "aturan.toml"
    file.write_text(text, "utf-8")
    return line("rule", "write", str(file))


def test_both_kinds_of_rules_are_listed_with_their_sentences(line: Line):
    listed = {rule["id"]: rule for rule in line.json("rule", "list")}
    assert listed["gempa-dekat"]["type"] == "bulletin_rule"
    assert listed["gempa-dekat"]["told"] == "Gempa bumi M ≥ 5,0 dalam 100 km dari tengah kabupaten"
    assert listed["gempa-dekat"]["active"]
    assert listed["tma-siaga-1"]["type"] == "rule"
    _code, out, _err = line("rule", "list")
    assert out.index("tma-siaga-1") < out.index("gempa-dekat") < out.index("peringatan-cuaca") < out.index("gunung")


def test_a_rule_is_tried_on_what_the_journal_has_of_the_past(line: Line):
    trial = line.json("rule", "try", "gempa-dekat", *span())
    assert (trial["fired"], trial["bulletins"], trial["newest_only"], trial["source"]) == (1, 2, 0, "journal")
    (episode,) = trial["episodes"]
    assert (episode["subject"], episode["exercise"], episode["worse"]) == ("earthquake/bmkg-1", False, "")
    assert episode["raised_at"] <= episode["cleared_at"] < (NOW + timedelta(hours=1)).isoformat()  # it was corrected
    code, out, _err = line("rule", "try", "peringatan-cuaca", *span())
    assert code == 0
    assert "Akan muncul 1 kali · 2 informasi." in out
    code, out, _err = line("rule", "try", "gempa-lokal", *span())
    assert "tengah kabupaten" in out
    assert "gempa-dekat" in out  # which speaks in its place


def test_a_rule_of_a_file_is_tried_written_changed_and_retired(line: Line, tmp_path: Path):
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
        (TOML.replace(", magnitude = 3.0, within_km = 60", ""), "tidak pernah muncul"),
        (TOML.replace("Rapat evaluasi", ""), "sumber"),
        (TOML.replace("magnitude", "magnitud"), "magnitud"),
        (TOML.replace("earthquake", "gempa"), "gempa"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_and_nothing_is_written(line: Line, tmp_path: Path, text: str, told: str):
    code, _out, err = write(line, tmp_path, text)
    assert code == 2
    assert told in err
    assert "gempa-kecil" not in [rule["id"] for rule in line.json("rule", "list")]


def test_two_rules_of_one_name_are_told_apart_by_their_kind(line: Line, tmp_path: Path):
    assert write(line, tmp_path, TOML.replace("gempa-kecil", "tma-siaga-1"))[0] == 0
    code, _out, err = line("rule", "show", "tma-siaga-1")
    assert code == 2
    assert "rule/tma-siaga-1" in err
    assert line.json("rule", "show", "rule/tma-siaga-1")["parameter"] == "stage_m"
    assert line.json("rule", "show", "bulletin_rule/tma-siaga-1")["condition"]["type"] == "earthquake"
    assert line("rule", "show", "tidak-ada")[0] == 2
