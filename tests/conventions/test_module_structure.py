"""Tests of the structure: layers, import circles, class names, subject folders, and tests that mirror the tree."""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from conventions.parsed_modules import parsed_modules

LAYERS = (("resources",), ("gis",), ("operations",), ("text",), ("storage",), ("widgets", "server"), ("console",))
RANKS = {name: rank for rank, names in enumerate(LAYERS) for name in names}
# `local_relevance` writes the sentence of a draft; pyproject.toml lists the same exception.
ALLOWED_UPWARD = {("tabuah.operations.bulletins.local_relevance", "tabuah.text.bulletins.bulletin_text")}

SUBJECTS = {
    *(
        "after_action",
        "aid",
        "alarms",
        "attachments",
        "bulletins",
        "calls",
        "shelters",
        "disruptions",
        "parent_events",
        "contacts",
        "exercises",
        "feeds",
        "forecast",
        "gateways",
        "help",
        "incidents",
        "maintenance",
        "map",
        "messages",
        "notices",
    ),
    *("people", "policy", "readings", "regency", "replay", "reports"),
    *("roster", "rules", "shifts", "simulation", "stations", "sync", "tasks", "units", "webhooks"),
}
TECHNICAL_FOLDERS = {
    "console/window": {"shared", "shell", "state"},
    "console/commands": {"server"},
    "widgets": {"charts", "controls", "shell", "theme"},
    "operations": set[str](),
    "server": {"admission", "backups", "bundles", "database", "handback", "limits", "mqtt", "snapshots", "tls"},
    "text": set[str](),
}
# Sentences for people are made in `text`; commands and reports, which are texts, make their own.
TEXT_PLACES = ("tabuah.text", "tabuah.console.commands.", "tabuah.console.reports.")
TEXT_NAME = re.compile(r"(^|_)(text|texts|titles|sentences|words|wording|messages)$")
NOT_SENTENCES = {
    "tabuah.console.map.import_messages",  # protocol of a worker process
    "tabuah.storage.journal.rule_trial_messages",  # protocol of a worker process
    "tabuah.operations.incidents.editable_text",  # the text of an entry, as its author wrote it
    "tabuah.operations.messages",  # a subject
    "tabuah.server.messages",  # a subject
    "tabuah.console.messages",  # a subject
    "tabuah.console.window.messages",  # a subject
    "tabuah.widgets.messages",  # a subject
    "tabuah.operations.subject_titles",  # stored titles and numbers
    "tabuah.console.window.shared.lazy_texts",  # a sequence
}
# Tests of the whole: conventions, faults, generated inputs and histories, and the journey of a user.
TEST_FOLDERS = {"conventions", "faults", "fuzzing", "histories", "journey", "support"}


def module_name(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def module_imports(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield the imports that run when a module is loaded: none of functions, none for type checkers only."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from module_imports(node)


def imported_modules(node: ast.Import | ast.ImportFrom, modules: Mapping[str, object]) -> set[str]:
    """Return the modules of the product that an import names."""
    if isinstance(node, ast.Import):
        names = {alias.name for alias in node.names}
    else:
        whole = {f"{node.module}.{alias.name}" for alias in node.names}
        names = {name if name in modules else str(node.module) for name in whole}
    return names & modules.keys()


@pytest.fixture(scope="module")
def modules() -> dict[str, ast.Module]:
    project = Path(__file__).resolve().parents[2]
    return {module_name(path): tree for path, tree in parsed_modules(project, "tabuah").items()}


def upward_imports(modules: Mapping[str, ast.Module]) -> set[tuple[str, str]]:
    """Return importer and imported module where the layer of the imported one is higher."""
    found = set()
    for name, tree in modules.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                for imported in imported_modules(node, modules):
                    here, there = (module.split(".")[1:2] for module in (name, imported))
                    if here and there and here != there and RANKS[there[0]] >= RANKS.get(here[0], len(LAYERS)):
                        found.add((name, imported))
    return found


def import_circle(modules: Mapping[str, ast.Module]) -> list[str]:
    """Return the modules of one import circle, none if there is no circle."""
    graph = {
        name: {each for node in module_imports(tree) for each in imported_modules(node, modules)} - {name}
        for name, tree in modules.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_module_imports_higher_layer(modules: dict[str, ast.Module]):
    assert upward_imports(modules) <= ALLOWED_UPWARD


def test_upward_import_is_found_inside_functions():
    modules = {
        "tabuah.gis.a": ast.parse("def f():\n    from tabuah.storage import b"),
        "tabuah.storage.b": ast.parse(""),
    }
    assert upward_imports(modules) == {("tabuah.gis.a", "tabuah.storage.b")}


def test_modules_form_no_import_circle(modules: dict[str, ast.Module]):
    assert import_circle(modules) == []


def test_import_circle_is_found():
    modules = {"tabuah.a": ast.parse("from tabuah.b import x"), "tabuah.b": ast.parse("from tabuah import a")}
    assert set(import_circle(modules)) == {"tabuah.a", "tabuah.b"}


def test_public_class_names_are_unique(modules: dict[str, ast.Module]):
    names = Counter(
        node.name
        for tree in modules.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert {name for name, count in names.items() if count > 1} == set()


@pytest.mark.parametrize("layer", TECHNICAL_FOLDERS)
def test_subject_folders_have_same_names_in_all_layers(project: Path, layer: str):
    folders = {path.parent.name for path in (project / "tabuah" / layer).glob("*/__init__.py")}
    assert folders - SUBJECTS - TECHNICAL_FOLDERS[layer] == set()


def test_text_modules_are_in_the_text_layer(modules: dict[str, ast.Module]):
    elsewhere = [name for name in modules if not name.startswith(TEXT_PLACES)]
    assert {name for name in elsewhere if TEXT_NAME.search(name.rpartition(".")[2])} == NOT_SENTENCES


def test_test_folders_mirror_modules(project: Path):
    tests = project / "tests"
    folders = {path.parent.relative_to(tests) for path in tests.rglob("*.py")} - {Path()}
    ours = {folder for folder in folders if folder.parts[0] not in TEST_FOLDERS}
    assert {str(folder) for folder in ours if not (project / "tabuah" / folder).is_dir()} == set()
