"""Lazily translated text: stored now, translated into the current language when shown."""

from typing import TypeAlias

from tabuah.resources.catalogue import _

LazyTextValue: TypeAlias = "str | int | float | LazyText"


class LazyText:
    """An English sentence with named placeholders and their values; `str()` translates it."""

    __slots__ = ("text", "values")

    def __init__(self, text: str, /, **values: LazyTextValue) -> None:
        self.text = text
        self.values = values

    @property
    def english(self) -> str:
        """Return the sentence in English, for logs."""
        told = {name: v.english if isinstance(v, LazyText) else v for name, v in self.values.items()}
        return self.text.format(**told)

    def __str__(self) -> str:
        return _(self.text).format(**self.values)

    def __repr__(self) -> str:
        return f"LazyText({self.english!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LazyText):
            return NotImplemented
        return (self.text, self.values) == (other.text, other.values)

    def __hash__(self) -> int:
        return hash((self.text, *sorted(self.values)))
