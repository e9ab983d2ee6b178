"""Texts that reach a user come from the catalogue: no literal text is shown, printed, or raised as a message.

Mark a found text with `_("…")`, or `N_("…")` where it is only stored, and add its translation. Where a text is right
as it is, add it to `EXCEPTIONS` with the reason.
"""

import ast
import builtins
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from conventions.parsed_modules import parsed_modules
from conventions.test_translations import TRANSLATORS

# functions and constructors whose arguments are shown or printed as they are
SHOWING: Final = {
    "ElidedText",
    "KeyButton",
    "QAction",
    "QCheckBox",
    "QLabel",
    "QPushButton",
    "Text",
    "addItem",
    "confirm",
    "drawText",
    "echo",
    "fail",
    "print_error",
    "print_text",
    "prompt",
    "secho",
    "setAccessibleDescription",
    "setAccessibleName",
    "setPlaceholderText",
    "setText",
    "setTitle",
    "setToolTip",
    "setWindowTitle",
    "show_message",
}
NAMED: Final = {
    "help",
    "short_help",
    "epilog",
    "hint",
    "placeholder",
    "tip",
}  # arguments that are shown by any function
# layers in which an error is raised for a person; below them errors carry codes, or details for the log
RAISING: Final = ("tabuah/console/", "tabuah/text/")
# errors whose argument is a code, and those of Python, which are bugs and logged with their traceback
NOT_SHOWN: Final = {"NotPossible", "FormError", *vars(builtins)}
WORDS: Final = re.compile(r"[^\W\d_]{3,}")
SENTENCE: Final = re.compile(r"[^\W\d_]{2,}.* .*[^\W\d_]{2,}")
KEYS: Final = re.compile(r"[\s(+]*(Alt|Ctrl|Enter|Esc|Shift)\b.{0,8}")  # names of keys are on the keys
COMMAND: Final = re.compile(r"\s*tabuah [a-z ]+.*|\s*--[a-z-]+.*")
EXCEPTIONS: Final = {
    "Tabuah": "the name of the program",
    'seal_to = "': "a line of server.toml to copy",
}
NOT_FOR_USERS: Final = {"tabuah/gis/regency_map.py"}  # builds the map of the wheel; its reader is a developer


def literals(node: ast.expr) -> Iterator[str]:
    """Yield the literal parts of a text that no translator receives."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from literals(part)
        case ast.FormattedValue(value=inner) | ast.GeneratorExp(elt=inner):
            yield from literals(inner)
        case ast.BinOp(left=one, right=other) | ast.IfExp(body=one, orelse=other):
            yield from literals(one)
            yield from literals(other)
        case ast.Call(func=ast.Attribute(attr="format" | "join") as method, args=arguments):
            for part in (method.value, *arguments):
                yield from literals(part)


def shown_literals(tree: ast.Module, *, raises: bool) -> Iterator[tuple[int, str]]:
    """Yield the line and text of literals that are shown or printed, and with `raises` those of raised errors."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            shown = node.args if _name(node) in SHOWING else []
            shown = [*shown, *(each.value for each in node.keywords if each.arg in NAMED)]
            yield from ((node.lineno, text) for each in shown for text in literals(each) if WORDS.search(text))
        if (
            raises
            and isinstance(node, ast.Raise)
            and isinstance(node.exc, ast.Call)
            and _name(node.exc) not in NOT_SHOWN
        ):
            for each in (*node.exc.args, *(keyword.value for keyword in node.exc.keywords)):
                yield from ((node.lineno, text) for text in literals(each) if SENTENCE.search(text))


def _name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return "" if name in TRANSLATORS else name
    return ""


def is_exception(text: str) -> bool:
    return text in EXCEPTIONS or bool(KEYS.fullmatch(text) or COMMAND.fullmatch(text))


def test_shown_texts_are_in_the_catalogue(project: Path) -> None:
    found = [
        f"{path}:{line}: {text!r}"
        for path, tree in parsed_modules(project, "tabuah").items()
        if path not in NOT_FOR_USERS
        for line, text in shown_literals(tree, raises=path.startswith(RAISING))
        if not is_exception(text)
    ]
    assert not found, "mark with _() and translate:\n" + "\n".join(found)


def test_exceptions_are_in_use(project: Path) -> None:
    trees = parsed_modules(project, "tabuah").values()
    assert set(EXCEPTIONS) - {text for tree in trees for _line, text in shown_literals(tree, raises=True)} == set()


def test_literal_search_finds_shown_and_raised_texts() -> None:
    tree = ast.parse(
        'label.setText(f"Found {n} times")\nclick.echo("done" if x else _("saved"))\n'
        'raise Failed("it does not fit")\n'
        'button(tip="Copy")\nsetText(_("translated"))\nraise NotPossible("some code")\nsetObjectName("not shown")'
    )
    assert sorted(text for _line, text in shown_literals(tree, raises=True)) == [
        " times",
        "Copy",
        "Found ",
        "done",
        "it does not fit",
    ]
