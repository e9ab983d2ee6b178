"""PySide's search for modules that select its alternative names."""

import importlib
import linecache
import subprocess
import sys
from pathlib import Path

import pytest

from tabuah.widgets.feature_search import skip_feature_search

HOOK = "shibokensupport.feature"
SOURCE = "from PySide6.QtCore import QObject\n\nthing = QObject(objectName='thing')\nname = thing.objectName()\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the import path, with PySide's own search in place before and after the test."""
    hook = sys.modules[HOOK]
    monkeypatch.setattr(hook, "_mod_uses_pyside", hook._mod_uses_pyside)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def imported(folder: Path, name: str) -> str:
    (folder / f"{name}.py").write_text(SOURCE)
    name_of_thing: str = importlib.import_module(name).name
    exec(f"import {name}")  # the hook follows the statement
    return name_of_thing


def test_import_of_module_reads_no_source_and_qt_names_stay(folder: Path):
    assert skip_feature_search()
    assert imported(folder, "module_without_search") == "thing"
    assert str(folder / "module_without_search.py") not in linecache.cache


def test_pyside_with_another_hook_is_left_alone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, HOOK, sys)
    assert not skip_feature_search()
    assert not hasattr(sys, "_mod_uses_pyside")


def test_loading_the_window_reads_no_source():
    """900 files took an eighth of the start; fails as well when PySide finds another way to read them."""
    code = """
import linecache
from tabuah.console.commands.console_window import load_application
load_application()
print([name for name in linecache.cache if "tabuah" in name])
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert run.stdout.strip() == "[]", run.stderr
