"""The window is wired by constructors: nothing is patched in later, and no connection captures `self` in a lambda."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from conventions.parsed_modules import parsed_modules

FOLDERS = ("tabuah/console/window", "tabuah/widgets")


def captures_self(node: ast.expr) -> bool:
    """Return whether a lambda or partial refers to `self`."""
    is_partial = isinstance(node, ast.Call) and ast.unparse(node.func) in ("partial", "functools.partial")
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return (isinstance(node, ast.Lambda) or is_partial) and "self" in names


def capturing_connections(tree: ast.Module) -> Iterator[int]:
    """Yield the lines where a signal is connected to a lambda or partial that captures `self`."""
    for node in ast.walk(tree):
        is_connection = isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".connect")
        if is_connection and any(captures_self(argument) for argument in node.args):
            yield node.lineno


def patched_attributes(tree: ast.Module) -> Iterator[int]:
    """Yield the lines that assign an attribute of another object than `self`."""
    for node in ast.walk(tree):
        is_stored = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        if is_stored and ast.unparse(node.value) not in ("self", "sys"):
            yield node.lineno


def places(project: Path, folder: str, find: object) -> list[str]:
    assert callable(find)
    return [f"{name}:{line}" for name, tree in parsed_modules(project, folder).items() for line in find(tree)]


@pytest.mark.parametrize("folder", FOLDERS)
def test_connections_capture_no_self(project: Path, folder: str):
    assert places(project, folder, capturing_connections) == []


def test_window_objects_are_complete_when_built(project: Path):
    assert places(project, "tabuah/console/window", patched_attributes) == []
    modules = parsed_modules(project, "tabuah/console")
    for name in ("bootstrap.py", "subject_commands.py", "window_controls.py"):
        assert list(patched_attributes(modules[f"tabuah/console/{name}"])) == []


def test_wiring_checks_find_lambda_and_patch():
    code = "button.clicked.connect(lambda: self.save(1))\nx.y.connect(partial(self.go, 1))\nself.a.b = 1\nz.c = 2"
    tree = ast.parse(code)
    assert list(capturing_connections(tree)) == [1, 2]
    assert list(patched_attributes(tree)) == [3, 4]
    assert list(capturing_connections(ast.parse("a.connect(self.go)\nb.connect(lambda: go(1))"))) == []
