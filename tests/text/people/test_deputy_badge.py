"""The badge of a deputy and of the person who has named one, while the deputyship runs."""

from datetime import UTC, datetime, timedelta

import pytest

from tabuah.operations.people.authority import Authority, Deputyship, User
from tabuah.operations.people.deputies import open_deputyships
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import set_language
from tabuah.text.people.deputies import deputy_badge

START = datetime(2026, 12, 1, 12, tzinfo=UTC)
END = START + timedelta(hours=12)
NONE = ("", "")


@pytest.fixture(autouse=True)
def _english():
    set_language("en")


def authority(*, ended: bool = False) -> Authority:
    deputyship = Deputyship(
        id="d1", role=Role.SUPERVISOR, starts_at=START, ends_at=END, by="kalaksa", reason="night", ended=ended
    )
    ani = User(name="ani", role=Role.OPERATOR, opd="BPBD", deputyships={"d1": deputyship})
    kalaksa = User(name="kalaksa", role=Role.SUPERVISOR, opd="BPBD")
    return Authority(users={user.name: user for user in (ani, kalaksa)})


def test_deputy_sees_role_end_and_namer():
    text, hint = deputy_badge(authority(), "ani", START)
    assert text.startswith("Deputy until ")
    assert "You act as Supervisor" in hint
    assert "named by kalaksa: night" in hint


def test_person_who_named_a_deputy_sees_the_name():
    assert deputy_badge(authority(), "kalaksa", START)[0] == "Deputy: ani"


@pytest.mark.parametrize("moment", [START - timedelta(seconds=1), END])
def test_badge_is_shown_only_while_the_deputyship_runs(moment: datetime):
    assert deputy_badge(authority(), "ani", moment) == NONE
    assert deputy_badge(authority(), "kalaksa", moment) == NONE


def test_deputyship_that_was_ended_has_no_badge():
    assert deputy_badge(authority(ended=True), "ani", START) == NONE


def test_others_see_no_badge():
    assert deputy_badge(authority(), "budi", START) == NONE


def test_deputyship_to_come_is_listed():
    before = START - timedelta(hours=1)
    assert [each.deputyship.id for each in open_deputyships(authority(), before)] == ["d1"]
    assert open_deputyships(authority(), END) == ()
