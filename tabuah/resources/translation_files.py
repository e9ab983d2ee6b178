"""Translation files: the editable .po files of a language, and the .mo file that is compiled from them.

The .mo file is written when the package is built or installed. It is not part of the repository.
"""

import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "translations"
_COMPILED: Final = "tabuah.mo"
_PLURAL_FORMS: Final = "nplurals=1; plural=0;"  # Indonesian has no plural; Babel's table lacks it and says two


def compiled_translations(language: str) -> bytes:
    """Return the .mo file of a language: the one on disk, or a new one if a source is newer."""
    folder = _FOLDER / language
    sources = _sources(folder)
    compiled = folder / _COMPILED
    return compiled.read_bytes() if _is_current(compiled, sources) else _compile(sources, language)


def write_compiled_files() -> list[Path]:
    """Write the .mo files that are missing or out of date; return them."""
    written = []
    for folder in sorted(path for path in _FOLDER.iterdir() if path.is_dir()):
        sources, compiled = _sources(folder), folder / _COMPILED
        if not _is_current(compiled, sources):
            # each process has a name of its own: another one may compile the same files now
            unfinished = compiled.with_suffix(f".mo.{os.getpid()}.tmp")
            unfinished.write_bytes(_compile(sources, folder.name))
            unfinished.replace(compiled)
            written.append(compiled)
    return written


def _sources(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.po"))


def _is_current(compiled: Path, sources: Sequence[Path]) -> bool:
    try:
        written = compiled.stat().st_mtime
        return all(source.stat().st_mtime <= written for source in sources)
    except OSError:
        return False


def _compile(sources: Sequence[Path], language: str) -> bytes:
    # Babel takes 20 ms to load, and an installed program compiles nothing.
    from babel.messages.catalog import Catalog  # noqa: PLC0415 - see above
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - see above
    from babel.messages.pofile import read_po  # noqa: PLC0415 - see above

    merged = Catalog(locale=language)
    merged.mime_headers = [("Plural-Forms", _PLURAL_FORMS)]
    for source in sources:
        for message in read_po(io.BytesIO(source.read_bytes()), locale=language):
            if message.id:
                merged[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    return compiled.getvalue()


if __name__ == "__main__":
    write_compiled_files()
