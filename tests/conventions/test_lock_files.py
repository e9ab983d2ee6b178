"""Tests of the lock files: complete, pinned and hashed."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = ("lock.txt", "build.txt", "dev.txt")


def lines_of(project: Path, lock: str) -> list[str]:
    """Return the requirements of a lock with their hashes, one a line."""
    text = (project / "requirements" / lock).read_text("utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def locked(project: Path, lock: str) -> list[Requirement]:
    return [Requirement(line.split(" --hash")[0].strip()) for line in lines_of(project, lock)]


def version_here(project: Path, lock: str, name: str) -> str | None:
    """Return the version that this Python on this system installs from a lock."""
    for requirement in locked(project, lock):
        applies = requirement.marker is None or requirement.marker.evaluate()
        if applies and canonicalize_name(requirement.name) == canonicalize_name(name):
            return str(requirement.specifier).removeprefix("==")
    return None


def wanted(project: Path) -> dict[str, list[str]]:
    description = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
    groups = description["dependency-groups"]
    tools = [entry for entry in groups["dev"] if isinstance(entry, str)]
    extras = [entry for extra in description["project"]["optional-dependencies"].values() for entry in extra]
    run, build = [*description["project"]["dependencies"], *extras], groups["build"]
    return {"lock.txt": run, "build.txt": build, "dev.txt": [*run, *build, *tools]}


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_pin_and_hash_everything(project: Path, lock: str):
    lines = lines_of(project, lock)
    assert lines
    assert [line[:60] for line in lines if "==" not in line.split(";")[0] or "--hash=sha256:" not in line] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_satisfy_project_requirements(project: Path, lock: str):
    stale = []
    for requirement in map(Requirement, wanted(project)[lock]):
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        version = version_here(project, lock, requirement.name)
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            stale.append(f"{requirement} is locked at {version}: run make lock")
    assert stale == []


@pytest.mark.parametrize("lock", ["lock.txt", "build.txt"])
def test_locks_agree_on_package_versions(project: Path, lock: str):
    pins = {str(requirement) for requirement in locked(project, lock)}
    assert sorted(pins - {str(requirement) for requirement in locked(project, "dev.txt")}) == []


def test_installed_packages_are_compatible():
    result = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
