"""Photos and documents of a station as its page shows them: ready to be shown, in the language that is spoken."""

from dataclasses import dataclass

from tabuah.widgets.values import AttachmentItem


@dataclass(frozen=True, slots=True, kw_only=True)
class FileItem(AttachmentItem):
    """One file; `kept_reason` says why this person cannot remove it, `is_here` whether it can be opened at once."""

    about: str = ""  # such as "Kalibrasi"
    added: str = ""  # such as "ani, 24 Nov 2026 14.30 WIB"
    is_photo: bool = False
    is_here: bool = True
    kept_reason: str = ""

    @property
    def spoken(self) -> str:
        """What a screen reader says of it."""
        return ". ".join(part for part in (self.name, self.about, self.note, self.added) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesView:
    """All files of a station, the newest first; `removed` tells in one line each what is no longer there and why.

    `add_reason` says why none can be added.
    """

    files: tuple[FileItem, ...] = ()
    removed: tuple[str, ...] = ()
    add_reason: str = ""
