"""Tests of translations: every text has one, and every translation is used."""

import ast
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from conventions.parsed_modules import parsed_modules

from tabuah.resources import localisation
from tabuah.resources.localisation import _, set_language

# Calls whose first arguments are texts for the catalogue.
TRANSLATORS = {"_": 1, "N_": 1, "ngettext": 2}


def texts_in(*modules: ast.Module) -> Iterator[str]:
    """Yield the translated texts of modules: literals, and the values of tables that they look up."""
    tables = dict(entry for module in modules for entry in _tables(module))
    for node in (node for module in modules for node in ast.walk(module)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        for argument in node.args[: TRANSLATORS.get(node.func.id, 0)]:
            yield from _strings(argument)
            yield from (text for name in _names(argument) for text in tables.get(name, ()))


def _tables(tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    """Yield module-level dictionaries of texts: `_(TABLE[code])` translates any of their values."""
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        if isinstance(value, ast.Dict) and isinstance(targets[0], ast.Name):
            yield targets[0].id, [text for item in value.values for text in _strings(item)]


def _strings(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return [*_strings(node.body), *_strings(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def _names(node: ast.expr) -> list[str]:
    return [part.id for part in ast.walk(node) if isinstance(part, ast.Name)]


def constants(tree: ast.Module) -> set[str]:
    return {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


each_language = pytest.mark.parametrize("language", [code for code in localisation.LANGUAGES if code != "en"])


@cache
def parts(project: Path, language: str) -> dict[str, list]:
    """Return the messages of each part of a catalogue."""
    found = {}
    for path in sorted((project / "tabuah/resources/translations" / language).glob("*.po")):
        with path.open("rb") as file:
            found[path.name] = [
                message for message in read_po(file, locale=language, abort_invalid=True) if message.id
            ]
    return found


def subjects(project: Path) -> set[str]:
    """Return the names of subjects: folders of the text layer, the commands, the window and the console."""
    parents = ("tabuah", "tabuah/text", "tabuah/console", "tabuah/console/commands", "tabuah/console/window")
    return {folder.name for parent in parents for folder in (project / parent).iterdir() if folder.is_dir()}


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return the forms of a text or translation: two where it depends on a count in English, else one."""
    return (text,) if isinstance(text, str) else tuple(text)


def plain(text: str | tuple[str, ...]) -> str:
    return forms(text)[0]


def gaps(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


@each_language
def test_texts_have_translations(project: Path, language: str):
    used = set(texts_in(*parsed_modules(project, "tabuah").values()))
    translated = {form for messages in parts(project, language).values() for m in messages for form in forms(m.id)}
    assert used
    assert not used - translated, "\n".join(sorted(used - translated))


@each_language
def test_translation_files_are_named_after_subjects(project: Path, language: str):
    of_modules = {"codes.po", "formats.po"}  # text/code_labels.py, resources/localisation.py
    assert set(parts(project, language)) - of_modules <= {f"{name}.po" for name in subjects(project)}


@each_language
def test_translations_have_texts(project: Path, language: str):
    written = set().union(*map(constants, parsed_modules(project, "tabuah").values()))
    orphans = {
        name: [plain(m.id) for m in ms if plain(m.id) not in written] for name, ms in parts(project, language).items()
    }
    assert {name: texts for name, texts in orphans.items() if texts} == {}


@each_language
def test_translations_are_neither_empty_nor_fuzzy(project: Path, language: str):
    messages = [message for part in parts(project, language).values() for message in part]
    assert [plain(m.id) for m in messages if m.fuzzy or not plain(m.string).strip()] == []


@each_language
def test_translations_keep_placeholders(project: Path, language: str):
    broken = []
    for message in (message for part in parts(project, language).values() for message in part):
        expected = gaps(forms(message.id)[-1])
        broken += [form for form in forms(message.string) if gaps(form) != expected]
    assert broken == []


@each_language
def test_texts_are_translated_alike_in_all_parts(project: Path, language: str):
    meanings: dict[str, set[str]] = {}
    for message in (message for part in parts(project, language).values() for message in part):
        meanings.setdefault(plain(message.id), set()).add(plain(message.string))
    assert {text: found for text, found in meanings.items() if len(found) > 1} == {}


def test_text_search_finds_literals_and_tables():
    tree = ast.parse('T: Final = {1: "Flood"}\n_("a")\n_("b" if x else "c")\n_(T[1])\nngettext("d", "e", n)\n_(x)')
    assert sorted(texts_in(tree)) == ["Flood", "a", "b", "c", "d", "e"]


def test_catalogue_is_read_once(monkeypatch: pytest.MonkeyPatch):
    first = _("{n} min")
    monkeypatch.setattr(localisation, "compiled_translations", lambda _language: pytest.fail("read again"))
    set_language("en")
    assert _("{n} min") == "{n} min"
    set_language("id")
    assert _("{n} min") == first == "{n} mnt"


@pytest.mark.untranslated
def test_untranslated_text_is_reported(untranslated_texts):
    assert _("Nobody translates this") == "Nobody translates this"
    assert untranslated_texts.seen == ["Nobody translates this"]
