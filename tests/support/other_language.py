"""Texts that a reader of one language should not see: those of the other catalogue, placeholders, and codes."""

import io
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from babel.messages.pofile import read_po
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

from tabuah.resources import translation_files
from tabuah.resources.level_names import with_level_names

_PLACEHOLDER: Final = re.compile(r"\{[^{}]*\}")
_FAULT: Final = re.compile(
    r"\{[a-z_]+\}|\bNone\b|\bnan\b|\b(?!https?)[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b|<[a-z_.]+ object at "
)
_ADDRESS: Final = re.compile(r"\S*(?:://|@|/)\S*|\S+\.(?:toml|csv|md|py|gpkg|xlsx|pdf|html|json|osm|pbf)\b")
_MARKUP: Final = re.compile(r"<[^>]+>")
_KEY_NAME: Final = 2  # "U" is a key, and north in Indonesian
_MOST_ROWS: Final = 40
_ROLES: Final = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
)
_LEAST_LETTERS: Final = 6  # of the fixed part of a text with values: "{n} h" would match too much


class _Texts(NamedTuple):
    """Texts of a catalogue: without values, and with values by their first word."""

    plain: frozenset[str]
    patterns: dict[str, list[re.Pattern[str]]]


def texts_of_other_language(texts: Iterable[str], language: str) -> list[str]:
    """Return the texts that only the other catalogue contains."""
    own, other = _catalogue(language), _catalogue("en" if language == "id" else "id")
    long = {text for text in _lines(texts) if len(text) > _KEY_NAME}
    return sorted(text for text in long if _is_in(text, other) and not _is_in(text, own))


def faulty_texts(texts: Iterable[str]) -> list[str]:
    """Return the texts that show a placeholder, an absent value or a code such as `call_112`."""
    return sorted({text for text in _lines(texts) if _FAULT.search(_ADDRESS.sub("", text))})


def texts_in(widgets: Iterable[QWidget]) -> list[str]:
    """Return all texts that these widgets show or give to an assistive program; not those that a person types."""
    found: list[str] = []
    for each in widgets:
        found += (each.toolTip(), each.accessibleName(), each.accessibleDescription(), each.windowTitle())
        match each:
            case QLabel() | QAbstractButton():
                found.append(each.text())
            case QLineEdit() | QPlainTextEdit() | QTextEdit():
                found.append(each.placeholderText())
            case QGroupBox():
                found.append(each.title())
            case QTabBar():
                found += (each.tabText(index) for index in range(each.count()))
            case QComboBox():
                found += (each.itemText(index) for index in range(min(each.count(), _MOST_ROWS)))
            case QAbstractItemView():
                found += _texts_of_model(each.model())
    return [text for text in found if text]


def _texts_of_model(model: QAbstractItemModel | None) -> Iterable[str]:
    if model is None:
        return
    top = QModelIndex()
    # the `columnCount` of a list model is private in Qt
    columns = range(1 if isinstance(model, QAbstractListModel) else model.columnCount(top))
    for column in columns:
        yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
    for row in range(min(model.rowCount(top), _MOST_ROWS)):
        for column in columns:
            index = model.index(row, column, top)
            for role in _ROLES:
                value = index.data(role)
                if isinstance(value, str):
                    yield value


def _lines(texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        for line in _MARKUP.sub("\n", text.replace("&", "")).splitlines():
            if stripped := line.strip():
                yield stripped


def _is_in(text: str, texts: _Texts) -> bool:
    if text in texts.plain:
        return True
    words = text.split()
    candidates = (*texts.patterns.get(words[0], ()), *texts.patterns.get("", ()))
    return any(each.fullmatch(text) for each in candidates)


@cache
def _catalogue(language: str) -> _Texts:
    plain: set[str] = set()
    patterns: dict[str, list[re.Pattern[str]]] = defaultdict(list)
    for shown in _messages(language):
        for text in _lines([with_level_names(shown)]):
            parts = _PLACEHOLDER.split(text)
            if len(parts) == 1:
                plain.add(text)
            elif sum(map(str.isalpha, "".join(parts))) >= _LEAST_LETTERS:
                first = parts[0].split(" ")
                patterns[first[0] if len(first) > 1 else ""].append(re.compile(".*".join(map(re.escape, parts))))
    return _Texts(frozenset(plain), patterns)


def _messages(language: str) -> Iterable[str]:
    folder = Path(translation_files.__file__).parent / "translations" / "id"
    for source in sorted(folder.glob("*.po")):
        for message in read_po(io.BytesIO(source.read_bytes()), locale="id"):
            found = message.string if language == "id" else message.id
            yield from (found,) if isinstance(found, str) else found
