"""Each report of a filled console in both languages: no text of the other one, no placeholder, no code."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from support.filled_store import fill_server, fill_store
from support.other_language import faulty_texts, texts_of_other_language
from support.running_server import start_server
from support.window_fixture import log_in_and_sync, open_second_store, raise_alarm_at_gauge, register_gauge

from tabuah.console.commands.main import run
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import set_language

LANGUAGES: Final = pytest.mark.parametrize("language", ["id", "en"])


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, qapp) -> Iterator[tuple[Path, str]]:
    """Return the data directory of a filled console, and the number of its worst incident."""
    directory = tmp_path_factory.mktemp("filled")
    data = directory / "console"
    with start_server(directory / "server") as server:
        server.add_user("kalaksa", Role.SUPERVISOR)
        register_gauge(server)
        raise_alarm_at_gauge(server)
        fill_server(server)
        log_in_and_sync(data, server, "kalaksa")
        with open_second_store(data) as store:
            flood = fill_store(store, supervisor="kalaksa")
        assert run(["shift", "handover", "--note", "Genset dipantau", "--data", str(data)]) == 0
        yield data, flood.number


def write_reports(data: Path, number: str, folder: Path, language: str) -> list[Path]:
    """Write all reports as PDF, and those for a chat as text."""
    event = "Banjir Batang Lembang"
    commands = {
        "incident.pdf": ("report", "incident", number),
        "progress.pdf": ("report", "incident", number, "--kind", "perkembangan"),
        "special.pdf": ("report", "after-action", number),
        "list.csv": ("report", "list"),
        "daily.pdf": ("report", "daily"),
        "event.pdf": ("event", "export", event),
        "performance.pdf": ("incident", "performance"),
        "handover.pdf": ("shift", "export"),
        "incident.txt": ("report", "incident", number),
        "event.txt": ("event", "export", event),
        "handover.txt": ("shift", "export"),
    }
    for name, command in commands.items():
        arguments = [*command, "-o", str(folder / name), "--data", str(data)]
        set_language(language)
        assert run(arguments) == 0, command
    return [folder / name for name in commands]


def texts_of(file: Path) -> list[str]:
    """Return the texts of a report; columns of a page are apart."""
    if file.suffix == ".pdf":
        tool = shutil.which("pdftotext")
        if tool is None:
            pytest.skip("pdftotext (poppler-utils) is not installed: the words of the PDF stay unread")
        read = subprocess.run([tool, "-layout", file, "-"], capture_output=True, check=True).stdout.decode()
    else:
        read = file.read_text(encoding="utf-8")
    pieces = re.split(r"\s{2,}|\n|\f| · |(?<=[:.])\s", read.replace("\u200b", "").replace("\xa0", " "))
    return [piece.strip(" *_•") for piece in pieces if piece.strip(" *_•")]


@LANGUAGES
def test_reports_show_one_language_and_no_code(filled: tuple[Path, str], tmp_path: Path, language: str) -> None:
    data, number = filled
    found = []
    for file in write_reports(data, number, tmp_path, language):
        texts = texts_of(file)
        assert texts, file.name
        found += [f"{file.name}: other language: {text}" for text in texts_of_other_language(texts, language)]
        found += [f"{file.name}: code or placeholder: {text}" for text in faulty_texts(texts)]
    if found:
        pytest.fail("\n".join(found), pytrace=False)
