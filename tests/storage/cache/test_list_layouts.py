"""Layouts of lists: one for each user and list; a value that cannot be read counts as none."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.window_fixture import identity

from tabuah.operations.people.roles import Role
from tabuah.storage.cache.list_layouts import ListLayout
from tabuah.storage.cache.store import ConsoleStore

LAYOUT = ListLayout(columns=("title", "number"), order="newest")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConsoleStore]:
    store = ConsoleStore(tmp_path)
    store.remember_identity(identity(Role.OPERATOR, "ani"))
    yield store
    store.close()


def test_layout_belongs_to_one_user_and_list(store: ConsoleStore):
    store.list_layouts.write("incidents", LAYOUT)
    assert store.list_layouts.read("incidents") == LAYOUT
    assert store.list_layouts.read("board") == ListLayout()
    store.remember_identity(identity(Role.OPERATOR, "budi"))
    assert store.list_layouts.read("incidents") == ListLayout()


@pytest.mark.parametrize("text", ["{", "[]", '{"columns": 5}', '{"order": "' + "x" * 41 + '"}', '{"columns": [[]]}'])
def test_unreadable_layout_counts_as_none(store: ConsoleStore, text: str):
    with store._session.writing():
        store._session.meta.write("list_layout/incidents/ani", text)
    assert store.list_layouts.read("incidents") == ListLayout()
