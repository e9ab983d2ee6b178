"""`tabuah retention`: counts, announced pruning, and atomic settings."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.command_line import CommandLine
from support.running_server import PASSWORD, start_server

from tabuah.operations.readings.reading import Reading
from tabuah.operations.readings.retention import Retention
from tabuah.storage.readings.retention_file import FILE_NAME, read_retention, save_retention
from tabuah.storage.readings.store import FILE_NAME as READINGS
from tabuah.storage.readings.store import ReadingsStore

DAY = timedelta(days=1)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A directory with hourly values of the last 60 days, including their hourly summaries."""
    directory = tmp_path / "data"
    directory.mkdir()
    now = datetime.now(UTC)
    with ReadingsStore(directory / READINGS) as store:
        store.store([Reading("SLK-ARR-01", "rain_mm", now - n * DAY / 24, 0.2) for n in range(60 * 24)])
        store.roll_up(now)
    return directory


@pytest.fixture
def tabuah(data: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys, data)


def test_retention_shows_setting_and_amounts(tabuah: CommandLine, data: Path):
    told = tabuah.json("retention")
    assert (told["values_days"], told["hours_years"], told["changed"]) == (30, 5, False)
    assert (told["values"], told["hours"]) == (60 * 24, 60 * 24 - 1)
    assert told["values_going"] == pytest.approx(30 * 24, abs=1)
    assert told["hours_going"] == 0
    assert told["size_bytes"] >= (data / READINGS).stat().st_size
    assert not (data / FILE_NAME).exists()
    _code, out, _err = tabuah("retention")
    assert "1.440 nilai tersimpan, sejak" in out
    assert "belum terhubung ke server" in out


def test_retention_dry_run_changes_nothing(tabuah: CommandLine, data: Path):
    told = tabuah.json("retention", "--values-days", "8", "--dry-run")
    assert (told["values_days"], told["changed"]) == (8, False)
    assert told["values_going"] == pytest.approx(52 * 24, abs=1)
    assert not (data / FILE_NAME).exists()


def test_retention_option_keeps_the_other(tabuah: CommandLine, data: Path):
    assert tabuah.json("retention", "--values-days", "90")["changed"] is True
    assert tabuah.json("retention", "--hours-years", "1")["values_days"] == 90
    assert read_retention(data) == Retention(values_days=90, hours_years=1)
    assert sorted(path.name for path in data.glob("keeping*")) == [FILE_NAME]
    _code, out, _err = tabuah("retention")
    assert "Tidak ada data tersimpan yang lebih lama dari itu." in out


def test_retention_announces_exactly_what_is_pruned(data: Path):
    keeping, now = Retention(values_days=8, hours_years=1), datetime.now(UTC)
    before = {"values_before": keeping.values_before(now), "hours_before": keeping.hours_before(now)}
    with ReadingsStore(data / READINGS) as store:
        said = store.measure_usage(**before)
        assert sum(store.prune(**before)) == said.values_going + said.hours_going
        left = store.measure_usage(**before)
    assert (left.values_going, left.hours_going) == (0, 0)
    assert left.values == said.values - said.values_going
    assert left.hours == said.hours
    assert left.oldest_value_at is not None
    assert left.oldest_value_at >= before["values_before"] - timedelta(hours=1)


def test_retention_works_on_empty_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    told = CommandLine(capsys, tmp_path / "new").json("retention")
    assert (told["values"], told["oldest_value_at"], told["values_going"]) == (0, None, 0)


@pytest.mark.parametrize("options", [("--values-days", "7"), ("--hours-years", "0"), ("--values-days", "viele")])
def test_retention_rejects_invalid_values(tabuah: CommandLine, data: Path, options: tuple[str, str]):
    code, _out, err = tabuah("retention", *options)
    assert (code, bool(err)) == (2, True)
    assert not (data / FILE_NAME).exists()


def test_retention_repairs_damaged_file_with_both_options(tabuah: CommandLine, data: Path):
    (data / FILE_NAME).write_text("values_days = 3\n", "utf-8")
    for options in ((), ("--values-days", "20")):
        code, _out, err = tabuah("retention", *options)
        assert (code, FILE_NAME in err) == (2, True)
    assert (data / FILE_NAME).read_text("utf-8") == "values_days = 3\n"
    tabuah.json("retention", "--values-days", "20", "--hours-years", "2")
    assert read_retention(data) == Retention(values_days=20, hours_years=2)


def test_retention_keeps_old_setting_when_write_fails(data: Path, monkeypatch: pytest.MonkeyPatch):
    from tabuah.storage.readings.errors import ReadingsNotSaved

    save_retention(data, Retention(values_days=90))

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tabuah.storage.readings.retention_file.os.fsync", full)
    with pytest.raises(ReadingsNotSaved):
        save_retention(data, Retention(values_days=8))
    assert read_retention(data) == Retention(values_days=90)
    assert sorted(path.name for path in data.glob("keeping*")) == [FILE_NAME]


def test_retention_explains_pruning_with_server(
    tmp_path: Path, data: Path, tabuah: CommandLine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)
    with start_server(tmp_path / "server") as server:
        server.add_user("ani")
        tabuah("login", "--server", server.url, "--user", "ani")
    _code, out, _err = tabuah("retention", "--values-days", "8")
    assert "dihapus bertahap" in out
    assert json.loads(tabuah("retention", "--json")[1])["file"].endswith(FILE_NAME)
