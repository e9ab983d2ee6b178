"""Strategies for bodies at the limits of their fields, derived from the types."""

from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from hypothesis import strategies as st
from msgspec import inspect as types

from tabuah.operations.bounds import EARLIEST, LATEST, Bounds, bounds_of

NOW: Final = datetime.now(UTC).replace(microsecond=0)
LONGEST_TEXT: Final = 2_000  # an entry has at most 256 KiB
ODD_TEXTS: Final = ("\x00", "\u202e\u2066x", "🌋" * 20, "<b>&amp;</b>", "{name} %s")


def bodies_at_limits(cls: type[msgspec.Struct]) -> st.SearchStrategy[msgspec.Struct]:
    """Return bodies of a type; values that the type itself rejects are left out."""
    return (
        values_of(types.type_info(cls)).map(lambda value: convert(value, cls)).filter(lambda body: body is not None)
    )


def convert(value: Any, cls: type[msgspec.Struct]) -> Any:
    try:
        return msgspec.json.decode(msgspec.json.encode(value), type=cls)
    except msgspec.ValidationError:
        return None


def values_of(annotated: types.Type) -> st.SearchStrategy[Any]:
    node, bounds = bounds_of(annotated)
    match node:
        case types.StructType():
            return struct_values(node)
        case types.EnumType():
            return st.sampled_from(list(node.cls))
        case types.BoolType():
            return st.booleans()
        case types.DateTimeType():
            return st.sampled_from([EARLIEST, NOW, LATEST])
        case types.IntType() | types.FloatType():
            return numbers(node, bounds)
        case types.StrType():
            return texts(node, bounds)
    return collections_of(node)


def collections_of(node: types.Type) -> st.SearchStrategy[Any]:
    match node:
        case types.UnionType():
            return st.one_of([values_of(member) for member in node.types])
        case types.VarTupleType():
            least = node.min_length or 0
            return st.lists(values_of(node.item_type), min_size=least, max_size=max(least, 3))
        case types.TupleType():
            return st.tuples(*(values_of(item) for item in node.item_types))
        case types.DictType():
            return st.dictionaries(values_of(node.key_type), values_of(node.value_type), max_size=2)
    return st.none()


def struct_values(node: types.StructType) -> st.SearchStrategy[Any]:
    tag = {node.tag_field: node.tag} if node.tag_field else {}
    required = {field.name: values_of(field.type) for field in node.fields if field.required}
    optional = {field.name: values_of(field.type) for field in node.fields if not field.required}
    return st.fixed_dictionaries(required, optional=optional).map(lambda fields: tag | fields)


def numbers(node: Any, bounds: Bounds) -> st.SearchStrategy[Any]:
    low = bounds.ge if node.gt is None else min(node.gt + 1, bounds.le)
    middle = 1 if low <= 1 <= bounds.le else low
    return st.sampled_from([type(low)(low), bounds.le, middle])


def texts(node: Any, bounds: Bounds) -> st.SearchStrategy[str]:
    if node.pattern:
        matching = st.from_regex(node.pattern, fullmatch=True, alphabet=st.characters(codec="ascii"))
        return matching.filter(lambda text: bounds.max_length is None or len(text) <= bounds.max_length)
    least, most = node.min_length or 0, min(bounds.max_length or LONGEST_TEXT, LONGEST_TEXT)
    choices = ("", "x", "W" * most, *(text[:most] for text in ODD_TEXTS))
    return st.sampled_from([text for text in choices if len(text) >= least])
