"""A sentence that is stored now and read later, in the language spoken when it is shown."""

from typing import TypeAlias

from tabuah.resources.catalogue import _

RemarkValue: TypeAlias = "str | int | float | Remark"


class Remark:
    """An English sentence with named gaps and the values that fill them; `str()` speaks the current language."""

    __slots__ = ("text", "values")

    def __init__(self, text: str, /, **values: RemarkValue) -> None:
        self.text = text
        self.values = values

    @property
    def english(self) -> str:
        """The sentence in English whatever is spoken, for logs."""
        told = {name: v.english if isinstance(v, Remark) else v for name, v in self.values.items()}
        return self.text.format(**told)

    def __str__(self) -> str:
        return _(self.text).format(**self.values)

    def __repr__(self) -> str:
        return f"Remark({self.english!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Remark):
            return NotImplemented
        return (self.text, self.values) == (other.text, other.values)

    def __hash__(self) -> int:
        return hash((self.text, *sorted(self.values)))
