"""`tabuah keeping`: what is kept is counted, what would go is said before, and a setting is written whole."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command_lines import Line
from running_server import PASSWORD, start_server

from tabuah.operations.stations.keeping import Keeping
from tabuah.operations.stations.readings import Reading
from tabuah.storage.readings.keeping_file import FILE_NAME, keep_keeping, read_keeping
from tabuah.storage.readings.store import FILE_NAME as READINGS
from tabuah.storage.readings.store import ReadingsStore

DAY = timedelta(days=1)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A directory with a value every hour of the last 60 days, of which the hours are worked out."""
    directory = tmp_path / "data"
    directory.mkdir()
    now = datetime.now(UTC)
    with ReadingsStore(directory / READINGS) as store:
        store.store([Reading("SLK-ARR-01", "rain_mm", now - n * DAY / 24, 0.2) for n in range(60 * 24)])
        store.roll_up(now)
    return directory


@pytest.fixture
def tabuah(data: Path, capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(capsys, data)


def test_without_options_it_shows_what_is_set_and_what_that_comes_to(tabuah: Line, data: Path):
    told = tabuah.json("keeping")
    assert (told["values_days"], told["hours_years"], told["changed"]) == (30, 5, False)
    assert (told["values"], told["hours"]) == (60 * 24, 60 * 24 - 1)
    assert told["values_going"] == pytest.approx(30 * 24, abs=1)
    assert told["hours_going"] == 0
    assert told["size_bytes"] >= (data / READINGS).stat().st_size
    assert not (data / FILE_NAME).exists()
    _code, out, _err = tabuah("keeping")
    assert "1.440 nilai tersimpan, sejak" in out
    assert "belum mengenal server" in out


def test_a_dry_run_says_what_would_go_and_sets_nothing(tabuah: Line, data: Path):
    told = tabuah.json("keeping", "--values-days", "8", "--dry-run")
    assert (told["values_days"], told["changed"]) == (8, False)
    assert told["values_going"] == pytest.approx(52 * 24, abs=1)
    assert not (data / FILE_NAME).exists()


def test_one_option_leaves_the_other_as_it_is(tabuah: Line, data: Path):
    assert tabuah.json("keeping", "--values-days", "90")["changed"] is True
    assert tabuah.json("keeping", "--hours-years", "1")["values_days"] == 90
    assert read_keeping(data) == Keeping(values_days=90, hours_years=1)
    assert sorted(path.name for path in data.glob("keeping*")) == [FILE_NAME]
    _code, out, _err = tabuah("keeping")
    assert "Tidak ada yang tersimpan di sini lebih lama dari itu." in out


def test_what_is_said_to_go_is_what_goes(data: Path):
    keeping, now = Keeping(values_days=8, hours_years=1), datetime.now(UTC)
    before = {"values_before": keeping.values_before(now), "hours_before": keeping.hours_before(now)}
    with ReadingsStore(data / READINGS) as store:
        said = store.measure_kept(**before)
        assert sum(store.forgetting(**before)) == said.values_going + said.hours_going
        left = store.measure_kept(**before)
    assert (left.values_going, left.hours_going) == (0, 0)
    assert left.values == said.values - said.values_going
    assert left.hours == said.hours
    assert left.oldest_value_at is not None
    assert left.oldest_value_at >= before["values_before"] - timedelta(hours=1)


def test_an_empty_store_has_nothing_to_tell(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    told = Line(capsys, tmp_path / "new").json("keeping")
    assert (told["values"], told["oldest_value_at"], told["values_going"]) == (0, None, 0)


@pytest.mark.parametrize("options", [("--values-days", "7"), ("--hours-years", "0"), ("--values-days", "viele")])
def test_what_cannot_be_is_refused(tabuah: Line, data: Path, options: tuple[str, str]):
    code, _out, err = tabuah("keeping", *options)
    assert (code, bool(err)) == (2, True)
    assert not (data / FILE_NAME).exists()


def test_a_file_that_cannot_be_used_is_told_and_put_right_by_saying_both(tabuah: Line, data: Path):
    (data / FILE_NAME).write_text("values_days = 3\n", "utf-8")
    for options in ((), ("--values-days", "20")):
        code, _out, err = tabuah("keeping", *options)
        assert (code, FILE_NAME in err) == (2, True)
    assert (data / FILE_NAME).read_text("utf-8") == "values_days = 3\n"
    tabuah.json("keeping", "--values-days", "20", "--hours-years", "2")
    assert read_keeping(data) == Keeping(values_days=20, hours_years=2)


def test_a_disk_that_does_not_take_it_leaves_what_stood_there(data: Path, monkeypatch: pytest.MonkeyPatch):
    from tabuah.storage.readings.errors import ReadingsNotSaved

    keep_keeping(data, Keeping(values_days=90))

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tabuah.storage.readings.keeping_file.os.fsync", full)
    with pytest.raises(ReadingsNotSaved):
        keep_keeping(data, Keeping(values_days=8))
    assert read_keeping(data) == Keeping(values_days=90)
    assert sorted(path.name for path in data.glob("keeping*")) == [FILE_NAME]


def test_a_console_that_knows_a_server_is_told_how_it_goes(
    tmp_path: Path, data: Path, tabuah: Line, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)
    with start_server(tmp_path / "server") as server:
        server.add_user("ani")
        tabuah("login", "--server", server.url, "--user", "ani")
    _code, out, _err = tabuah("keeping", "--values-days", "8")
    assert "sedikit demi sedikit" in out
    assert json.loads(tabuah("keeping", "--json")[1])["file"].endswith(FILE_NAME)
