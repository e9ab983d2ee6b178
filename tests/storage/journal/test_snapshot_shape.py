"""Tests of the identifier by which versions tell whether they store states alike."""

import msgspec

from tabuah.storage.journal.snapshots import schema_shape


def renamed(name: str, tag: str, *fields: tuple[str, type]) -> type:
    return msgspec.defstruct(name, fields, tag=tag)


def test_shape_ignores_class_names_and_their_order():
    before = renamed("Alpha", "threshold", ("value", float)) | renamed("Beta", "silence", ("after_s", int))
    after = renamed("Zulu", "threshold", ("value", float)) | renamed("Gamma", "silence", ("after_s", int))
    assert schema_shape(dict[str, before]) == schema_shape(dict[str, after])


def test_shape_differs_with_fields_tags_and_types():
    known = renamed("Alpha", "threshold", ("value", float))
    for other in (
        renamed("Alpha", "limit", ("value", float)),
        renamed("Alpha", "threshold", ("value", int)),
        renamed("Alpha", "threshold", ("value", float), ("unit", str)),
    ):
        assert schema_shape(known) != schema_shape(other)


class Tree(msgspec.Struct):
    """A type that contains itself."""

    children: "list[Tree]" = []


def test_shape_of_recursive_type_ends():
    assert "$ref" in str(schema_shape(Tree))
