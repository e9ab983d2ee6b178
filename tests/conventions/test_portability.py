"""Tests of portability: most workstations run Windows, so no unguarded POSIX imports or default encodings."""

import ast
from pathlib import Path

from conventions.parsed_modules import parsed_modules

POSIX_ONLY = {"fcntl", "grp", "pwd", "resource", "termios", "tty", "pty", "uvloop", "curses", "syslog"}
TEXT_CALLS = {"read_text": 0, "write_text": 1}
NOT_A_PATH = "formatter"  # click writes its help with a method of the same name


def modules(project: Path) -> dict[str, ast.Module]:
    return parsed_modules(project, "tabuah") | parsed_modules(project, "scripts")


def posix_imports(tree: ast.Module) -> list[str]:
    """Return POSIX-only modules imported at module level outside `if` and `try`."""
    names = []
    for node in tree.body:
        if isinstance(node, ast.Import):
            names += [alias.name.split(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module.split(".")[0])
    return sorted(POSIX_ONLY.intersection(names))


def reads_text_in_the_systems_encoding(call: ast.Call) -> bool:
    """Return whether a call opens a text file without an encoding."""
    if any(keyword.arg in ("encoding", None) for keyword in call.keywords):
        return False
    if isinstance(call.func, ast.Attribute) and call.func.attr in TEXT_CALLS:
        named = call.func.value.id if isinstance(call.func.value, ast.Name) else ""
        return named != NOT_A_PATH and len(call.args) <= TEXT_CALLS[call.func.attr]
    opens = isinstance(call.func, ast.Name) and call.func.id == "open"
    return opens and not any(isinstance(a, ast.Constant) and "b" in str(a.value) for a in _modes(call))


def _modes(call: ast.Call) -> list[ast.expr]:
    return [*call.args[1:2], *(keyword.value for keyword in call.keywords if keyword.arg == "mode")]


def test_modules_import_without_posix(project: Path):
    found = {name: posix_imports(tree) for name, tree in modules(project).items()}
    assert {name: imports for name, imports in found.items() if imports} == {}


def test_text_files_are_opened_with_encoding(project: Path):
    found = []
    for name, tree in modules(project).items():
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
        found += [f"{name}:{call.lineno}" for call in calls if reads_text_in_the_systems_encoding(call)]
    assert found == []


def test_portability_checks_find_violations():
    assert posix_imports(ast.parse("import fcntl\nif POSIX:\n    import pwd")) == ["fcntl"]
    faulty = ["open(p)", "open(p, 'w')", "p.read_text()", "p.write_text(t)"]
    sound = ["open(p, 'rb')", "open(p, mode='wb')", "p.read_text('utf-8')", "p.write_text(t, encoding='utf-8')"]
    expressions = {text: ast.parse(text).body[0].value for text in [*faulty, *sound]}
    assert [text for text, call in expressions.items() if reads_text_in_the_systems_encoding(call)] == faulty
