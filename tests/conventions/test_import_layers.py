"""Tests of the layers: contracts of import-linter, and no Qt below the widgets."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

LOWER_PACKAGES = ("server", "text", "storage", "operations", "gis", "resources")
# Commands that need Qt import it when they run, so that every other command starts fast.
COMMAND_LINE = ("tabuah.console.commands",)
IMPORT_ALL = """
import importlib, pkgutil, sys
for name in sys.argv[1:]:
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, name + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
print(*sorted(m for m in sys.modules if m.split(".")[0] in ("PySide6", "shiboken6", "pyqtgraph")))
"""


def qt_loaded_by(packages: Iterable[str]) -> str:
    """Import every module of `packages` in a separate interpreter; return the Qt modules it loaded."""
    command = [sys.executable, "-W", "error", "-c", IMPORT_ALL, *packages]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def existing(project: Path, packages: Iterable[str]) -> list[str]:
    return [name for name in packages if (project / name.replace(".", "/") / "__init__.py").exists()]


def test_lower_packages_load_no_qt(project: Path):
    packages = existing(project, (f"tabuah.{name}" for name in LOWER_PACKAGES))
    assert packages
    assert qt_loaded_by(packages) == ""


def test_command_line_loads_no_qt(project: Path):
    packages = existing(project, COMMAND_LINE)
    if not packages:
        pytest.skip("there are no commands yet")
    assert qt_loaded_by(packages) == ""


def test_command_loads_proj_only_when_needed():
    command = "from tabuah.console.commands.main import root_group; root_group.get_command(None, 'incident')"
    script = f"import sys; {command}; print('pyproj' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "False"


def test_qt_check_finds_hidden_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "windows").mkdir()
    (tmp_path / "windows" / "__init__.py").touch()
    (tmp_path / "windows" / "hidden.py").write_text("import PySide6.QtCore", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert "PySide6.QtCore" in qt_loaded_by(["windows"])


def test_imports_point_down_only(project: Path):
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    result = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-2000:]
