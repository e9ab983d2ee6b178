"""Tests of the compiled translations."""

import gettext
import io
import os
from pathlib import Path

import pytest

from tabuah.resources import translation_files

SOURCE = 'msgid "Map"\nmsgstr "{text}"\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setattr(translation_files, "_FOLDER", tmp_path)
    (tmp_path / "id").mkdir()
    return tmp_path / "id"


def write(path: Path, text: str, *, at: float) -> None:
    path.write_text(SOURCE.format(text=text), "utf-8")
    os.utime(path, (at, at))


def translate(message: str) -> str:
    return gettext.GNUTranslations(io.BytesIO(translation_files.compiled_translations("id"))).gettext(message)


def test_sources_are_compiled_in_memory_without_file(folder: Path):
    write(folder / "map.po", "Peta", at=1_000)
    assert translate("Map") == "Peta"
    assert not list(folder.glob("*.mo"))


def test_compiled_file_is_read_while_current(folder: Path):
    write(folder / "map.po", "Peta", at=1_000)
    (compiled,) = translation_files.write_compiled_files()
    write(folder / "map.po", "Denah", at=int(compiled.stat().st_mtime))
    assert translate("Map") == "Peta"
    assert translation_files.write_compiled_files() == []


def test_newer_source_wins_over_compiled_file(folder: Path):
    write(folder / "map.po", "Peta", at=1_000)
    (compiled,) = translation_files.write_compiled_files()
    write(folder / "map.po", "Denah", at=compiled.stat().st_mtime + 10)
    assert translate("Map") == "Denah"
    assert translation_files.write_compiled_files() == [compiled]


def test_compilation_leaves_the_unfinished_file_of_another_process(folder: Path):
    write(folder / "map.po", "Peta", at=1_000)
    other = folder / "tabuah.mo.tmp"
    other.write_bytes(b"half")
    (compiled,) = translation_files.write_compiled_files()
    assert other.read_bytes() == b"half"
    assert sorted(folder.iterdir()) == sorted([folder / "map.po", compiled, other])


def test_shipped_translations_are_compiled_before_tests_start():
    if not os.access(translation_files._FOLDER / "id", os.W_OK):
        pytest.skip("the clone cannot be written to")
    assert translation_files.write_compiled_files() == []
