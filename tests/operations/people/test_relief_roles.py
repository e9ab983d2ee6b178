"""The table of roles for shelters and aid in docs/roles.md equals the writers in the code."""

from pathlib import Path

from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.roles import Role
from tabuah.operations.subjects import SUBJECT_TYPES
from tabuah.resources.localisation import set_language
from tabuah.text.people.permissions import role_label
from tabuah.text.sync.entry_summary import entry_kind_label

ROLES = (Role.FIELD, Role.OPERATOR, Role.SUPERVISOR)
SUBJECTS = ("shelter", "aid")


def test_role_table_of_shelters_and_aid_in_docs_equals_the_code(project: Path):
    set_language("en")
    head = f"| entry | {' | '.join(role_label(role) for role in ROLES)} |"
    kinds = [kind.name for subject in SUBJECTS for kind in SUBJECT_TYPES[subject].kinds]
    rows = [
        f"| {entry_kind_label(kind)} | {' | '.join('yes' if may_write(role, kind) else '–' for role in ROLES)} |"
        for kind in kinds
    ]
    lines = (project / "docs/roles.md").read_text("utf-8").splitlines()
    start = lines.index(head)
    assert lines[start + 2 : start + 3 + len(rows)] == [*rows, ""]
