"""`tabuah aid`: add, list, balance, correct and export."""

from pathlib import Path

import pytest
from support.command_line import CommandLineConsole
from support.console_stores import open_store, report_incident_at


@pytest.fixture
def console(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLineConsole:
    return CommandLineConsole(tmp_path / "console", capsys)


def test_ledger_is_written_listed_balanced_and_corrected(console: CommandLineConsole):
    with open_store(console.directory) as store:
        incident = report_incident_at(store)
    shelter = console.json("shelter", "add", "SDN 03", "--nagari", "Koto Baru, Kubung", "--incident", incident.number)
    at = ("--shelter", "SDN 03")
    console.json("aid", "add", "dibutuhkan", "selimut", "100", *at)
    wrong = console.json("aid", "add", "diterima", "selimut", "600", *at, "--partner", "Dinas Sosial")
    console.json("aid", "add", "disalurkan", "selimut", "25,5", *at)
    console.json("aid", "add", "received", "Susu", "4", "--unit", "dus", "--incident", incident.number)
    corrected = console.json("aid", "correct", wrong["id"], "--set", "quantity=60", "--reason", "salah ketik")
    assert (corrected["quantity"], corrected["state"], corrected["unit"]) == ("60", "valid", "lembar")
    balances = {each["item"]: each for each in console.json("aid", "balance", "--incident", incident.number)}
    assert balances["Selimut"] | {"counted_at": None} == {
        "item": "Selimut",
        "unit": "lembar",
        "place": "SDN 03",
        "needed": "100",
        "received": "60",
        "distributed": "25.5",
        "counted": None,
        "counted_at": None,
        "stock": "34.5",
        "shortage": "40",
        "count_differs_by": "0",
    }
    assert balances["Susu"]["place"] == incident.number
    (row,) = console.json("aid", "list", "--kind", "diterima", "--shelter", shelter["id"])
    assert [each["quantity"] for each in row["versions"]] == ["60", "600"]
    assert [each["state"] for each in row["versions"]] == ["valid", "corrected"]
    assert "salah ketik" in console.run("aid", "show", wrong["id"])
    console.json("aid", "correct", wrong["id"], "--cancel", "--reason", "dobel")
    (balance,) = console.json("aid", "balance", "--item", "selimut")
    assert (balance["received"], balance["stock"]) == ("0", "-25.5")
    console.run("aid", "list")
    assert "Selimut" in console.run("aid", "items")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("diterima", "Kuda", "2"), "--unit"),
        (("diterima", "selimut", "1.200"), "1200"),
        (("diterima", "selimut", "0"), "nol"),
        (("dicuri", "selimut", "1"), "received"),
        (("diterima", "selimut", "1", "--shelter", "SDN", "--nagari", "Koto Baru"), "--nagari"),
        (("diterima", "selimut", "1", "--note", "x" * 401), "note"),
    ],
)
def test_bad_line_is_refused_in_words(console: CommandLineConsole, arguments: tuple[str, ...], words: str):
    console.run("aid", "add", *arguments, code=2)
    assert words in console.errors
    assert console.json("aid", "list") == []


def test_correction_needs_a_change(console: CommandLineConsole):
    line = console.json("aid", "add", "diterima", "selimut", "5")
    for arguments in ((), ("--cancel", "--set", "quantity=1"), ("--set", "quantity=5")):
        console.run("aid", "correct", line["id"], *arguments, "--reason", "x", code=2)
    assert len(console.json("aid", "list")[0]["versions"]) == 1


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_ledger_and_balances_are_exported(console: CommandLineConsole, tmp_path: Path, suffix: str):
    line = console.json("aid", "add", "diterima", "=Beras", "5", "--unit", "kg")
    console.json("aid", "correct", line["id"], "--set", "quantity=7", "--reason", "salah")
    file = tmp_path / f"bantuan.{suffix}"
    assert console.json("aid", "export", str(file))["rows"] == 2
    if suffix == "csv":
        assert "'=Beras" in file.read_text("utf-8-sig")
    assert console.json("aid", "export", str(file), "--balance")["rows"] == 1
    console.run("aid", "export", str(tmp_path / "bantuan.txt"), code=2)
