"""Questions before acts on users, devices and sessions."""

import pytest

from tabuah.console.window.people.user_questions import question_about
from tabuah.operations.people.roles import Role
from tabuah.storage.journal.people_protocol import UserSummary
from tabuah.widgets.people.values import PeopleAct

USER = UserSummary(name="ani", full_name="Ani Suryani", role=Role.OPERATOR, opd="BPBD", active=True)
ASKED = sorted(set(PeopleAct) - {PeopleAct.CREATE, PeopleAct.EDIT})


@pytest.mark.parametrize("act", ASKED)
def test_question_is_final_only_if_its_text_says_so(act: PeopleAct) -> None:
    question = question_about(act, USER, row="laptop-posko")
    assert question.is_final is ("Ini tidak dapat dibatalkan." in question.text)


def test_revocation_and_theft_are_final() -> None:
    assert question_about(PeopleAct.REVOKE, USER, row="laptop-posko").is_final
    assert question_about(PeopleAct.STOLEN, USER, row="laptop-posko").is_final
