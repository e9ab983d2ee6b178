"""Tests of the wheel's contents."""

import importlib.util
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def check_wheel(project: Path):
    spec = importlib.util.spec_from_file_location("check_wheel", project / "scripts" / "check_wheel.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_wheel_contains_package_and_resources_only(project: Path, check_wheel, tmp_path: Path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert check_wheel.faults_of(names, tracked=check_wheel.tracked_files()) == []
    assert "tabuah/resources/translations/id/tabuah.mo" in names


def test_wheel_check_finds_tests_and_missing_resources(check_wheel):
    names = {"tabuah/__init__.py", "tests/conftest.py", "tabuah-0.dist-info/licenses/LICENSE"}
    faults = check_wheel.faults_of(names, tracked={"tabuah/__init__.py", "tabuah/resources/map/regency.npz"})
    assert faults == [
        "does not belong in the wheel: tests/conftest.py",
        "is missing from the wheel: tabuah/resources/map/regency.npz",
    ]
