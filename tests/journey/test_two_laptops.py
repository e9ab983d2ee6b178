"""Test of docs/two-laptops.md: every command of the page runs and gives the output shown."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from support.document_commands import Line, Machines, machines_in, run_page

pytestmark = pytest.mark.journey


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    (tmp_path / "usb").mkdir()
    Image.effect_noise((320, 240), 60).convert("RGB").save(tmp_path / "foto.jpg")
    with machines_in(tmp_path) as found:
        yield found


def test_page_commands_give_the_output_shown(machines: Machines, project: Path):
    assert len(run_page(machines, (project / "docs" / "two-laptops.md").read_text("utf-8"))) > 25
    listed = [
        json.loads("\n".join(machines.run(Line(machine, "incident list --json"))))
        for machine in ("posko", "pusdalops")
    ]
    assert listed[0] == listed[1]
    assert [row["pending"] for row in listed[0]] == [False, False]
    bundle = (machines.folder / "usb" / "kubung.tabuah").read_bytes()
    assert b"Rusdi" not in bundle
