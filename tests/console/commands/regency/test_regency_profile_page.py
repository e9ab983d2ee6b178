"""Test of docs/regency-profile.md: every command of its steps runs, in this process, and gives the output shown."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
import tomli_w
from support.document_commands import Machines, check, lines_of

from tabuah.console.commands.main import run

BLOCK = re.compile(r"^```(toml|json|csv)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def apply_changes(file: Path, changes: str) -> None:
    """Write the changes of the page into a file, as a person does in an editor."""
    fields = tomllib.loads(file.read_text("utf-8"))
    for name, value in tomllib.loads(changes).items():
        fields[name] = {**fields[name], **value} if isinstance(value, dict) else value
    file.write_text(tomli_w.dumps(fields), "utf-8")


def test_regency_profile_page_makes_a_regency(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    page = (project / "docs" / "regency-profile.md").read_text("utf-8")
    blocks = dict(reversed(BLOCK.findall(page)))  # the first block of each language
    monkeypatch.chdir(tmp_path)
    Path("sources").mkdir()
    Path("sources/kecamatan.geojson").write_text(blocks["json"], "utf-8")
    Path("sources/nagari.csv").write_text(blocks["csv"], "utf-8")
    machines = Machines(tmp_path, "8410")
    first, *others = lines_of(page)
    output = []
    for line in (first, *others):
        code = run([*shlex.split(line.words), "--data", str(tmp_path / line.machine)])
        printed = capsys.readouterr()
        assert code == 0, (line.words, printed.out, printed.err)
        check(machines, line, [text.rstrip() for text in printed.out.splitlines()])
        output.append(printed.out)
        if line is first:
            apply_changes(Path("regency/regency.toml"), blocks["toml"])
    text = "".join(output)
    assert [expected for expected in ("TLH-", "Pelabuhan", "Harapan Barat", "WITA") if expected not in text] == []
    assert [word for word in ("Solok", "WIB", "SLK") if word in "".join(output[2:])] == []
