"""Tests of module conventions: docstring, length, unique names; no machine paths or index hosts in the clone."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from conventions.parsed_modules import parsed_modules

LONGEST_MODULE = 400
# Written in pieces, so that this file does not match itself.
HOSTS = ("pypi" + r"\.org", "python" + "hosted", r"registry\.npm" + "js", r"deb\.deb" + r"ian\.org")
MACHINE_PATHS = (
    r"(?<![\w.-])/wo" + "rk/",
    r"(?<![\w.-])/ro" + "ot/",
    r"(?<![\w.-])/ho" + "me/[a-z]",
    "/var/tmp/fr" + "esh",
)
FORBIDDEN = re.compile("|".join([*HOSTS, *MACHINE_PATHS]), re.IGNORECASE)


def python_files(project: Path, *folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (project / folder).rglob("*.py"))


def own_files(project: Path) -> list[Path]:
    """Return the files of the clone: tracked by git, or untracked and not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    if listing.returncode != 0:
        pytest.skip("not a git clone: project files are unknown")
    paths = (project / name for name in listing.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def text_of(path: Path) -> str:
    """Return the text of a file, nothing for binary files."""
    data = path.read_bytes()
    return "" if b"\0" in data[:8000] else data.decode("utf-8", errors="replace")


def test_modules_start_with_a_sentence(project: Path):
    silent = []
    for folder in ("tabuah", "scripts", "benchmarks"):
        for name, tree in parsed_modules(project, folder).items():
            docstring = ast.get_docstring(tree) or ""
            if not docstring.split("\n\n")[0].rstrip().endswith((".", "?")):
                silent.append(name)
    assert silent == []


def test_modules_stay_below_maximum_length(project: Path):
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in python_files(project, "tabuah")}
    assert {str(p.relative_to(project)): n for p, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_module_folders_are_packages(project: Path):
    folders = {path.parent for path in python_files(project, "tabuah")}
    assert [str(f.relative_to(project)) for f in sorted(folders) if not (f / "__init__.py").exists()] == []


def test_names_of_test_modules_are_unique(project: Path):
    names = [path.name for path in python_files(project, "tests") if path.name != "conftest.py"]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_files_name_no_index_or_machine(project: Path):
    found = []
    for path in own_files(project):
        for number, line in enumerate(text_of(path).splitlines(), start=1):
            if match := FORBIDDEN.search(line):
                found.append(f"{path.relative_to(project)}:{number}: {match[0]}")
    assert found == []


def test_forbidden_pattern_finds_hosts_and_paths():
    assert FORBIDDEN.search("--index-url https://" + "pypi" + ".org/simple")
    assert FORBIDDEN.search("open('/wo" + "rk/shared')")
    assert not FORBIDDEN.search("tabuah/work/orders")
