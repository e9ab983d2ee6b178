"""`tabuah profile`, `tabuah map regency` and `tabuah server profile` on a made-up regency."""

from pathlib import Path

import pytest
from support.command_line import CommandLine
from support.regencies import eastern_regency, write_profile_folder


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    return CommandLine(capsys, tmp_path / "data")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_profile_folder(tmp_path / "profile", eastern_regency())


def test_profile_show_names_shipped_regency(line: CommandLine):
    found = line.json("profile", "show")
    assert (found["name"], found["shipped"]) == ("Kabupaten Solok", True)
    assert "Asia/Jakarta (WIB)" in line("profile", "show")[1]


def test_profile_is_used_before_first_number(line: CommandLine, folder: Path):
    assert line.json("profile", "use", str(folder))["number_prefix"] == "TLH"
    reported = line.json("incident", "report", "--hazard", "flood", "--title", "Banjir", "--at", "120.2,-9.0")
    assert reported["number"].startswith("TLH-")
    assert "WITA" in line("incident", "list")[1]


def test_profile_of_another_regency_is_refused_with_work(line: CommandLine, folder: Path):
    line("incident", "report", "--hazard", "flood", "--title", "Banjir", "--at", "100.6,-0.9")
    code, _out, err = line("profile", "use", str(folder))
    assert code == 2
    assert "Semua pekerjaan di sini aman" in err


def test_profile_export_is_read_again(line: CommandLine, folder: Path, tmp_path: Path):
    line("profile", "use", str(folder))
    line("profile", "export", str(tmp_path / "copy"))
    first = (tmp_path / "copy" / "regency.toml").read_text("utf-8")
    assert line.json("profile", "check", str(tmp_path / "copy"))["name"] == "Kabupaten Teluk Harapan"
    line("profile", "use", str(tmp_path / "copy"))
    line("profile", "export", str(tmp_path / "copy"))
    assert (tmp_path / "copy" / "regency.toml").read_text("utf-8") == first


def test_profile_check_lists_all_problems(line: CommandLine, folder: Path):
    file = folder / "regency.toml"
    file.write_text(file.read_text("utf-8").replace("Asia/Makassar", "Mars").replace('"flood"', '"flod"'), "utf-8")
    code, _out, err = line("profile", "check", str(file))
    assert code == 2
    assert all(words in err for words in ("time_zone: ", "hazards: flood", "hazards: flod", str(file)))


def test_map_regency_builds_map(line: CommandLine, folder: Path, tmp_path: Path):
    target = tmp_path / "map.npz"
    sources, profile = str(folder / "sources"), str(folder / "regency.toml")
    built = line.json("map", "regency", sources, "--profile", profile, "-o", str(target))
    assert (built["layers"]["kecamatan"], built["layers"]["nagari"]) == (8, 80)
    assert target.read_bytes() == (folder / "teluk-harapan.npz").read_bytes()


def test_map_regency_names_wrong_code(line: CommandLine, folder: Path, tmp_path: Path):
    file = folder / "sources" / "nagari.csv"
    file.write_text(file.read_text("utf-8").replace("53.99.01.2001", "13.02.01.2001"), "utf-8")
    sources, profile = str(folder / "sources"), str(folder / "regency.toml")
    code, _out, err = line("map", "regency", sources, "--profile", profile, "-o", str(tmp_path / "map.npz"))
    assert (code, "13.02.01.2001" in err) == (2, True)
    assert not (tmp_path / "map.npz").exists()


def test_server_profile_is_given_and_changed(line: CommandLine, folder: Path):
    line("server", "init", "--profile", str(folder))
    assert line.json("server", "profile", str(folder)) == {
        "regency": "Kabupaten Teluk Harapan",
        "changed": False,
    }
    file = folder / "regency.toml"
    file.write_text(file.read_text("utf-8").replace('"TLH"', '"THR"'), "utf-8")
    assert line.json("server", "profile", str(folder), "--reason", "Singkatan baru")["changed"]
    assert line.json("profile", "show")["number_prefix"] == "THR"


def test_damaged_kept_profile_is_named(line: CommandLine):
    line.data.mkdir(parents=True, exist_ok=True)
    (line.data / "regency.json").write_text("{", "utf-8")
    code, _out, err = line("incident", "list")
    assert (code, "regency.json" in err) == (2, True)
