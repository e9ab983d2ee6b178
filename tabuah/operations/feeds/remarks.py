"""Remarks of the parsers about a feed or an item, as codes; `text.feeds.remarks` makes the sentences."""

from typing import TypeAlias

RemarkValue: TypeAlias = "str | int | float | FeedRemark"


class FeedRemark:
    """The code of a remark, with the values that fill its sentence."""

    __slots__ = ("code", "values")

    def __init__(self, code: str, /, **values: RemarkValue) -> None:
        self.code = code
        self.values = values

    def __repr__(self) -> str:
        return " ".join((self.code, *(f"{name}={value!r}" for name, value in self.values.items())))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FeedRemark):
            return NotImplemented
        return (self.code, self.values) == (other.code, other.values)

    def __hash__(self) -> int:
        return hash((self.code, *sorted(self.values)))
