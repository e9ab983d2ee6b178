"""Jorong and landmark by command: reported, corrected, shown, exported and found."""

from pathlib import Path

import pytest
from support.command_line import CommandLineConsole

REPORT = ("incident", "report", "--hazard", "flood", "--title", "Banjir")
PLACED = (*REPORT, "--nagari", "Koto Baru", "--jorong", "Simpang", "--landmark", "dekat Masjid Raya")


@pytest.fixture
def console(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLineConsole:
    return CommandLineConsole(tmp_path / "console", capsys)


def words(console: CommandLineConsole, number: str) -> tuple[str, str]:
    shown = console.json("incident", "show", number)
    return shown["jorong"], shown["landmark"]


def test_place_words_are_reported_corrected_and_found(console: CommandLineConsole, tmp_path: Path):
    number = console.json(*PLACED)["number"]
    assert words(console, number) == ("Simpang", "dekat Masjid Raya")
    assert "dekat Masjid Raya, Simpang, Koto Baru" in console.run("incident", "show", number)
    assert len(console.json("incident", "search", "masjid")) == 1
    console.run("incident", "edit", number, "--set", "landmark=seberang pasar")
    assert words(console, number) == ("Simpang", "seberang pasar")
    console.run("incident", "edit", number, "--set", "nagari=Koto Baru", "--set", "jorong=")
    assert words(console, number) == ("", "seberang pasar")
    console.run("incident", "edit", number, "--set", "nagari=Cupak")
    assert words(console, number) == ("", "")
    console.run("incident", "edit", number, "--set", "landmark=balai")
    console.run("report", "list", "-o", str(tmp_path / "daftar.csv"))
    assert "balai" in (tmp_path / "daftar.csv").read_text("utf-8-sig")


@pytest.mark.parametrize("text", ["x" * 121, "a\u202eb"])
def test_bad_place_words_are_refused(console: CommandLineConsole, text: str):
    console.run(*REPORT, "--nagari", "Koto Baru", "--landmark", text, code=2)
    assert "patokan" in console.errors.lower()
    assert console.json("incident", "list") == []
    number = console.json(*PLACED)["number"]
    console.run("incident", "edit", number, "--set", f"jorong={text}", code=2)
    assert words(console, number) == ("Simpang", "dekat Masjid Raya")


def test_link_of_a_map_is_a_position(console: CommandLineConsole):
    console.run(*REPORT, "--at", "https://www.openstreetmap.org/?mlat=-0.8&mlon=100.63#map=15/-0.9/100.7")
    (row,) = console.json("incident", "list")
    assert (row["lon_deg"], row["lat_deg"]) == (100.63, -0.8)
    console.run(*REPORT, "--at", "https://maps.app.goo.gl/abc", code=2)
    assert "maps.app.goo.gl" in console.errors
