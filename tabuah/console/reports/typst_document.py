"""Sets a document as PDF: the template gets data, never markup, so that no text can act as a program."""

from collections.abc import Callable, Mapping
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec
import typst

from tabuah.console.reports.document import Document
from tabuah.console.reports.errors import DocumentFailed
from tabuah.console.reports.printable import printable

# Fit for the archive (PDF/A-2a) and for screen readers (PDF/UA-1); no standard where a letter has no glyph.
STANDARDS: Final = ("a-2a", "ua-1")
TEMPLATE: Final = "document.typ"
_NO_GLYPH: Final = ("could not be displayed", "the PDF contains the codepoint")
_compile: Callable[..., bytes] = typst.compile  # its stubs know no timestamp beside paths


def typeset(document: Document, pictures: Mapping[str, bytes], *, made_at: datetime) -> bytes:
    """The PDF of a document.

    A text in a script that no shipped font has makes a plain PDF with empty boxes in its place.

    Args:
        document: all its words.
        pictures: the files that its blocks name.
        made_at: what the file says of its making; the same data and moment give the same bytes.

    Raises:
        DocumentFailed: the typesetter gave up.
    """
    template = files("tabuah.resources").joinpath("templates", TEMPLATE).read_bytes()
    data = msgspec.json.encode(_printable(msgspec.to_builtins(document))).decode()
    fonts_folder = as_file(files("tabuah.resources").joinpath("fonts", "inter"))
    # pictures must lie beside the template: the typesetter's own files in memory are text only
    with TemporaryDirectory(prefix="tabuah-") as folder, fonts_folder as fonts:
        for name, content in {TEMPLATE: template, **pictures}.items():
            (Path(folder) / name).write_bytes(content)
        given = {
            "root": folder,
            "font_paths": [str(fonts)],
            "ignore_system_fonts": True,
            "sys_inputs": {"data": data},
            "format": "pdf",
            "timestamp": made_at.replace(microsecond=0),
        }
        return _for_the_archive_or_plain(str(Path(folder) / TEMPLATE), given)


def _for_the_archive_or_plain(source: str, given: dict[str, Any]) -> bytes:
    try:
        try:
            return _compile(source, pdf_standards=list(STANDARDS), **given)
        except typst.TypstError as error:
            if not any(words in str(error) for words in _NO_GLYPH):
                raise
        return _compile(source, **given)
    except typst.TypstError as error:
        raise DocumentFailed(str(error)) from error


def _printable(value: Any) -> Any:
    """The same tree with every text fit for print."""
    match value:
        case str():
            return printable(value)
        case dict():
            return {key: _printable(item) for key, item in value.items()}
        case list() | tuple():
            return [_printable(item) for item in value]
    return value
