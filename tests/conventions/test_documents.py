"""Tests of the documents: links, paths and make targets that they name exist."""

import re
from collections.abc import Iterable
from pathlib import Path

LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)")
QUOTED = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")
TARGET = re.compile(r"(?:^|`)make ([a-z][a-z-]*)", re.MULTILINE)
FOLDERS = ("tabuah/", "tests/", "docs/", "scripts/", "benchmarks/")
# Files that a guide asks its reader to create, and MQTT topics.
EXAMPLES = re.compile(r"bridge|incidents_ods|translations/ms|^tabuah/v1")


def documents(project: Path) -> list[Path]:
    return [*sorted(project.glob("*.md")), *sorted((project / "docs").rglob("*.md"))]


def heading_anchors(text: str) -> set[str]:
    """Return the anchors of the headings, as Git hosts make them."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower().strip()).replace(" ", "-") for heading in headings}


def broken_links(document: Path) -> list[str]:
    broken = []
    text = document.read_text("utf-8")
    for target, anchor in LINK.findall(text):
        if ":" in target:
            continue
        file = document.parent / target if target else document
        if not file.exists() or (anchor and anchor not in heading_anchors(file.read_text("utf-8"))):
            broken.append(f"{target}#{anchor}" if anchor else target)
    return broken


def missing_paths(text: str, files: Iterable[str]) -> list[str]:
    """Return the named modules and project paths that are not among `files`; a path may be the end of another."""
    known = {f"/{file}" for file in files}
    folders = {folder for file in known for folder in map(str, Path(file).parents)}
    missing = []
    for name in QUOTED.findall(text):
        is_of_project = name.startswith(FOLDERS) or name.endswith(".py")
        if not is_of_project or not PATH.fullmatch(name) or EXAMPLES.search(name):
            continue
        end = "/" + name.rstrip("/")
        if not any(path.endswith(end) for path in known | folders):
            missing.append(name)
    return missing


def project_files(project: Path) -> list[str]:
    roots = (project / folder for folder in FOLDERS)
    return [str(path.relative_to(project).as_posix()) for root in roots for path in root.rglob("*") if path.is_file()]


def test_links_of_documents_lead_somewhere(project: Path):
    broken = {str(document.relative_to(project)): broken_links(document) for document in documents(project)}
    assert {name: links for name, links in broken.items() if links} == {}


def test_paths_in_documents_exist(project: Path):
    files = project_files(project)
    current = [
        document for document in documents(project) if document.parent.name != "decisions"
    ]  # those are history
    missing = {str(d.relative_to(project)): missing_paths(d.read_text("utf-8"), files) for d in current}
    assert {name: paths for name, paths in missing.items() if paths} == {}


def test_make_targets_in_documents_exist(project: Path):
    known = set(re.findall(r"^([a-z-]+):", (project / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {target for document in documents(project) for target in TARGET.findall(document.read_text("utf-8"))}
    assert {target for target in named - known if not target.startswith("bench-")} == set()


def test_document_checks_find_missing_files(tmp_path: Path):
    document = tmp_path / "guide.md"
    document.write_text("# A guide\n[a](#a-guide) [b](guide.md#b) [c](gone.md) [d](https://example.org)", "utf-8")
    assert broken_links(document) == ["guide.md#b", "gone.md"]
    text = "`tabuah/gis/angles.py` `gis/angles.py` `angles.py` `tabuah/gis/` `gone.py` `tests/gone/` `feeds.toml`"
    assert missing_paths(text, ["tabuah/gis/angles.py"]) == ["gone.py", "tests/gone/"]
