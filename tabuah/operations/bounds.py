"""Bounds of values: declared once, in the types of the fields.

Journals contain values that were never bounded, and their bodies and states must stay readable. So msgspec does
not enforce these bounds while it decodes. `find_excess` checks a new body at admission, and `clamp` returns a stored
value inside its bounds, for programs that compute with it or show it. A moment without bounds of its own, in a state,
is clamped to `EARLIEST` and `LATEST`.

A type that msgspec bounds itself (`Meta(ge=…, le=…, max_length=…)`) needs no second bound.
"""

import operator
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from math import inf
from typing import Annotated, Any, Final, NamedTuple, TypeVar

import msgspec
from msgspec import UNSET, Meta
from msgspec import inspect as types

from tabuah.operations.hidden_characters import plain_line

EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)  # a clock without power starts here, and its work counts
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
LARGEST_QUANTITY: Final = 1e9  # of measured values and limits, in any unit
LONGEST_DURATION_S: Final = 366 * 86_400
LARGEST_FILE_BYTES: Final = 1 << 40
LARGEST_COUNT: Final = 1_000_000_000
LONGEST_REASON: Final = 400  # characters of the reason of a change

_KEY: Final = "bounds"
StructT = TypeVar("StructT", bound=msgspec.Struct)


class Bounds(NamedTuple):
    """The bounds of one value: inclusive limits of a number or a moment, and the length of a text, list or dict.

    `is_line` is for a text that is shown in one line. Line breaks and hidden characters in it are no excess, because
    a report by an older program must not be lost for a mark that was pasted with a name; `clamp` removes them.
    """

    ge: Any = None
    le: Any = None
    max_length: int | None = None
    is_line: bool = False


def bounded(*, ge: Any = None, le: Any = None, max_length: int | None = None, is_line: bool = False) -> Meta:
    """Return the annotation of a type that is bounded at admission, but not where it is decoded."""
    return Meta(extra={_KEY: Bounds(ge, le, max_length, is_line)})


MOMENT_BOUNDS: Final = bounded(ge=EARLIEST, le=LATEST)

IdText = Annotated[str, bounded(max_length=200)]  # ids, codes and units
LabelText = Annotated[str, bounded(max_length=400)]  # names and titles
LineText = Annotated[str, bounded(max_length=400, is_line=True)]  # typed by people, shown in one line
ProseText = Annotated[str, bounded(max_length=20_000)]
Quantity = Annotated[float, bounded(ge=-LARGEST_QUANTITY, le=LARGEST_QUANTITY)]
Duration = Annotated[float, bounded(ge=0.0, le=float(LONGEST_DURATION_S))]
LongitudeDeg = Annotated[float, bounded(ge=-180.0, le=180.0)]
LatitudeDeg = Annotated[float, bounded(ge=-90.0, le=90.0)]
StoredMoment = Annotated[datetime, MOMENT_BOUNDS]  # of a state, where a zone was checked in the entry


def bounds_of(node: types.Type) -> tuple[types.Type, Bounds]:
    """Return a type without its annotation, and its bounds, those that msgspec enforces included."""
    declared = Bounds()
    if isinstance(node, types.Metadata):
        declared = (node.extra or {}).get(_KEY, declared)
        node = node.type
    ge, le = getattr(node, "ge", None), getattr(node, "le", None)
    if ge is None:
        ge = getattr(node, "gt", None)
    if le is None:
        le = getattr(node, "lt", None)
    return node, Bounds(
        declared.ge if declared.ge is not None else ge,
        declared.le if declared.le is not None else le,
        declared.max_length if declared.max_length is not None else getattr(node, "max_length", None),
        declared.is_line,
    )


def find_excess(value: msgspec.Struct) -> str:
    """Return the path of the first field of a body that exceeds its bounds; empty if there is none."""
    return _excess_in(value)


def clamp(value: StructT) -> StructT:
    """Return a stored value inside its bounds, long texts cut; the value itself if nothing exceeds them."""
    clamped = _clamp_struct(value)
    assert isinstance(clamped, type(value))
    return clamped


_Find = Callable[[Any], str]
_Clamp = Callable[[Any], Any]


def _excess_in(value: msgspec.Struct) -> str:
    for name, find in _finders(type(value)):
        part = getattr(value, name)
        excess = "" if part is UNSET else find(part)
        if excess:
            return name if excess == "." else f"{name}.{excess}"
    return ""


@cache
def _finders(cls: type[msgspec.Struct]) -> tuple[tuple[str, _Find], ...]:
    """Return the functions for the fields that can exceed a bound: the server calls them for each new entry."""
    found = ((field.name, _finder(field.type)) for field in _fields(cls))
    return tuple((name, find) for name, find in found if find is not None)


def _fields(cls: type[msgspec.Struct]) -> tuple[types.Field, ...]:
    info = types.type_info(cls)
    assert isinstance(info, types.StructType)
    return info.fields


def _finder(annotated: types.Type) -> _Find | None:
    """Return a function that finds an excess in a value of a type, None without bounds; "." is the value itself."""
    node, bounds = bounds_of(annotated)
    if isinstance(node, types.UnionType):
        members = ((_class_of(member), _finder(member)) for member in node.types)
        by_class = {cls: find for cls, find in members if cls is not None and find is not None}
        return _find_in_union(by_class) if by_class else None
    if isinstance(node, types.StructType):
        return _excess_in
    if isinstance(node, types.DateTimeType):
        find = _find_number(bounds)  # a moment without a zone cannot be compared with its bounds
        return lambda moment: "." if moment.tzinfo is None else find(moment)
    if isinstance(node, types.IntType | types.FloatType):
        return None if bounds.ge is bounds.le is None else _find_number(bounds)
    if isinstance(node, types.StrType) and node.pattern:
        # `$` also matches before a newline at the end.
        longest = _longest(bounds)
        return lambda text: "." if len(text) > longest or text.endswith("\n") else ""
    return _find_in_parts(bounds, _part_finder(node))


def _find_in_union(by_class: dict[type, _Find]) -> _Find:
    def find_in_union(value: Any) -> str:
        find = by_class.get(type(value))
        return find(value) if find else ""

    return find_in_union


def _find_number(bounds: Bounds) -> _Find:
    ge, le = bounds.ge, bounds.le
    if ge is None or le is None:
        return lambda number: "" if _lies_between(number, bounds) else "."
    return lambda number: "" if ge <= number <= le else "."


def _find_in_parts(bounds: Bounds, parts: _Find | None) -> _Find | None:
    """Return the function for a text or a container: its length, then its parts."""
    longest = _longest(bounds)
    if parts is None:
        return None if bounds.max_length is None else lambda value: "." if len(value) > longest else ""
    return lambda values: "." if len(values) > longest else parts(values) if values else ""


def _part_finder(node: types.Type) -> _Find | None:
    if isinstance(node, types.VarTupleType | types.ListType | types.SetType | types.FrozenSetType):
        item = _finder(node.item_type)
        return None if item is None else lambda values: next(filter(None, map(item, values)), "")
    if isinstance(node, types.TupleType):
        items = tuple(_finder(item) or _no_excess for item in node.item_types)
        return lambda values: next(filter(None, (find(v) for find, v in zip(items, values, strict=True))), "")
    if isinstance(node, types.DictType):
        key, value = (_finder(each) or _no_excess for each in (node.key_type, node.value_type))
        return lambda values: next(filter(None, (key(k) or value(v) for k, v in values.items())), "")
    return None


def _no_excess(_value: Any) -> str:
    return ""


def _longest(bounds: Bounds) -> float:
    return inf if bounds.max_length is None else bounds.max_length


def _lies_between(value: Any, bounds: Bounds) -> bool:
    """A number that is not a number lies nowhere."""
    return (bounds.ge is None or value >= bounds.ge) and (bounds.le is None or value <= bounds.le)


def _class_of(node: types.Type) -> type | None:
    bare, _bounds = bounds_of(node)
    if isinstance(bare, types.StructType | types.EnumType):
        return bare.cls
    return _CLASSES.get(type(bare))


_CLASSES: Final[dict[type, type]] = {
    types.StrType: str,
    types.IntType: int,
    types.FloatType: float,
    types.DateTimeType: datetime,
    types.VarTupleType: tuple,
    types.TupleType: tuple,
    types.DictType: dict,
}


def _clamp_struct(value: msgspec.Struct) -> msgspec.Struct:
    changes = {}
    for name, clamp_field in _clampers(type(value)):
        before = getattr(value, name)
        after = before if before is UNSET else clamp_field(before)
        if after is not before:
            changes[name] = after
    return msgspec.structs.replace(value, **changes) if changes else value


@cache
def _clampers(cls: type[msgspec.Struct]) -> tuple[tuple[str, _Clamp], ...]:
    """Return the functions for the fields that can contain a bounded value."""
    found = ((field.name, _clamper(field.type)) for field in _fields(cls))
    return tuple((name, clamper) for name, clamper in found if clamper is not None)


def _clamper(annotated: types.Type) -> _Clamp | None:
    node, bounds = bounds_of(annotated)
    if isinstance(node, types.UnionType):
        members = ((_class_of(member), _clamper(member)) for member in node.types)
        by_class = {cls: clamper for cls, clamper in members if cls is not None and clamper is not None}
        return _clamp_union(by_class) if by_class else None
    if isinstance(node, types.StructType):
        return _clamp_struct if _clampers(node.cls) else None
    if isinstance(node, types.DateTimeType):
        return clamp_moment
    if isinstance(node, types.IntType | types.FloatType):
        return None if bounds.ge is bounds.le is None else _clamp_number(bounds)
    if isinstance(node, types.StrType):
        cut = None if bounds.max_length is None else _cut(bounds.max_length)
        return _joined_line(cut or _same) if bounds.is_line else cut
    return _container_clamper(node, bounds.max_length)


def _container_clamper(node: types.Type, longest: int | None) -> _Clamp | None:
    if isinstance(node, types.VarTupleType):
        item = _clamper(node.item_type)
        return None if item is None and longest is None else _clamp_items(item or _same, longest)
    if isinstance(node, types.TupleType):
        items = tuple(_clamper(item) or _same for item in node.item_types)
        return None if all(item is _same for item in items) else _clamp_each(items)
    if isinstance(node, types.DictType):
        item = _clamper(node.value_type)
        return None if item is None and longest is None else _clamp_values(item or _same, longest)
    return None


def _same(value: Any) -> Any:
    return value


def clamp_moment(moment: datetime) -> datetime:
    """Return a moment between `EARLIEST` and `LATEST`; one without a zone is read as UTC."""
    if moment.tzinfo is not None and EARLIEST <= moment <= LATEST:
        return moment
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return min(max(aware, EARLIEST), LATEST)


def _clamp_number(bounds: Bounds) -> _Clamp:
    def clamp_number(value: Any) -> Any:
        if bounds.ge is not None and not value >= bounds.ge:
            return bounds.ge
        return bounds.le if bounds.le is not None and not value <= bounds.le else value

    return clamp_number


def _clamp_union(by_class: dict[type, _Clamp]) -> _Clamp:
    def clamp_union(value: Any) -> Any:
        clamper = by_class.get(type(value))
        return value if clamper is None else clamper(value)

    return clamp_union


def _cut(longest: int) -> _Clamp:
    def cut(text: Any) -> Any:
        return text if len(text) <= longest else text[:longest]

    return cut


def _joined_line(cut: _Clamp) -> _Clamp:
    def join_line(text: Any) -> Any:
        return cut(text if text.isprintable() else plain_line(text))

    return join_line


def _clamp_items(item: _Clamp, longest: int | None) -> _Clamp:
    def clamp_items(values: Any) -> Any:
        if not values:
            return values
        after = tuple(map(item, values[:longest]))
        return values if len(after) == len(values) and all(map(operator.is_, after, values)) else after

    return clamp_items


def _clamp_each(items: tuple[_Clamp, ...]) -> _Clamp:
    def clamp_each(values: Any) -> Any:
        after = tuple(item(value) for item, value in zip(items, values, strict=True))
        return values if all(map(operator.is_, after, values)) else after

    return clamp_each


def _clamp_values(item: _Clamp, longest: int | None) -> _Clamp:
    def clamp_values(values: Any) -> Any:
        if not values:
            return values
        after = {key: item(value) for key, value in islice(values.items(), longest)}
        is_same = len(after) == len(values) and all(after[key] is values[key] for key in values)
        return values if is_same else after

    return clamp_values
