"""The one translation catalogue for windows, commands and reports: English in the code, Indonesian by default."""

import gettext
import io
from functools import cache
from importlib.resources import files
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES: Final = ("id", "en")
DEFAULT_LANGUAGE: Final = "id"
_PLURAL_FORMS: Final = "nplurals=1; plural=0;"  # Indonesian has no plural; Babel's table lacks it and says two


class _Selection:
    """Language of this process: a program has one language and one user."""

    language = DEFAULT_LANGUAGE


@cache
def _translations(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    merged = Catalog(locale=language)
    merged.mime_headers = [("Plural-Forms", _PLURAL_FORMS)]
    for part in sorted(files(__package__).joinpath("translations", language).iterdir(), key=lambda p: p.name):
        if part.name.endswith(".po"):
            for message in read_po(io.BytesIO(part.read_bytes()), locale=language):
                if message.id:
                    merged[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def set_language(language: str) -> None:
    """Set the language of the process.

    Raises:
        ValueError: the language is not in `LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise ValueError(f"unknown language {language!r}, expected one of {', '.join(LANGUAGES)}")
    _Selection.language = language


def current_language() -> str:
    """Return the current language: "id" or "en"."""
    return _Selection.language


def _(message: str) -> str:
    """Translate `message` (English) into the current language; untranslated text is returned unchanged."""
    return _translations(_Selection.language).gettext(message)


def N_(message: str) -> str:
    """Mark `message` (English) for translation where it is only stored; it is translated with `_` when shown."""
    return message


def ngettext(singular: str, plural: str, count: int) -> str:
    """Translate a message that depends on `count`."""
    return _translations(_Selection.language).ngettext(singular, plural, count)
