"""Differences of two values by field, and as lines."""

import msgspec

from tabuah.operations.field_differences import field_differences
from tabuah.text.field_differences_text import describe_differences


class Part(msgspec.Struct, frozen=True):
    code: str
    value: float


class Whole(msgspec.Struct, frozen=True):
    name: str
    parts: tuple[Part, ...] = ()
    levels: dict[str, float] = {}
    note: str | None = None
    on: bool = True


BEFORE = Whole(name="a", parts=(Part("x", 1.0), Part("y", 2.0)), levels={"low": 1.5, "high": 2.0})
AFTER = Whole(name="b", parts=(Part("y", 2.5), Part("z", 1.0)), levels={"low": 1.6}, note="n " * 100, on=False)


def test_differences_have_paths_and_both_values():
    found = field_differences(BEFORE, AFTER, ("name", "parts", "levels", "note", "on"))
    assert {(each.path, str(each.before), str(each.after)[:9]) for each in found} == {
        ("name", "a", "b"),
        ("parts.x", "{'code': 'x', 'value': 1.0}", "None"),
        ("parts.y.value", "2.0", "2.5"),
        ("parts.z", "None", "{'code': "),
        ("levels.low", "1.5", "1.6"),
        ("levels.high", "2.0", "None"),
        ("note", "None", "n n n n n"),
        ("on", "True", "False"),
    }
    assert field_differences(BEFORE, AFTER, ()) == field_differences(BEFORE, BEFORE, ("name", "levels")) == ()


def test_differences_are_lines_of_bounded_length():
    lines = describe_differences(field_differences(BEFORE, AFTER, ("name", "levels", "note", "on")))
    assert "levels.low: 1,5 → 1,6" in lines
    assert "levels.high: 2 → tidak ada" in lines
    assert "on: ya → tidak" in lines
    assert all(len(line) < 150 for line in lines)
