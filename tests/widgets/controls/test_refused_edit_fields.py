"""Fields of the edit form that the person may not change: shown with the reason, never submitted."""

import pytest
from PySide6.QtWidgets import QLineEdit, QWidget

from tabuah.widgets.controls.edit_form import EditField, EditForm
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Choice

REASON = "Ini dilakukan koordinator, PUPR, atau Pusdalops."
FIELDS = (
    EditField(code="severity", label="Keparahan", value="minor", choices=(Choice(code="minor", label="Ringan"),),
              guarded=True, refusal=REASON),
    EditField(code="assignment", label="Ditugaskan", value="PUPR", refusal=REASON),
    EditField(code="title", label="Judul", value="Banjir"),
)  # fmt: skip


@pytest.fixture
def form(qtbot, appearance: Appearance) -> EditForm:
    form = EditForm(appearance)
    qtbot.addWidget(form)
    form.show_fields("insiden", "Ubah", FIELDS)
    return form


def control(form: EditForm, code: str) -> QWidget:
    found = form.findChild(QWidget, f"edit_{code}")
    assert found is not None
    return found


def test_refused_field_shows_the_reason_and_cannot_be_changed(form: EditForm):
    assignment = control(form, "assignment")
    assert isinstance(assignment, QLineEdit)
    assert assignment.isReadOnly()
    assert assignment.accessibleDescription() == REASON
    assert not control(form, "severity").isEnabled()
    assert not control(form, "title").isReadOnly()


def test_refused_field_is_not_submitted_even_if_a_draft_changes_it(form: EditForm):
    form.show_content({"assignment": "Damkar", "title": "Banjir besar"})
    assert form.changes() == {"title": "Banjir besar"}


def test_focus_starts_at_the_first_field_that_can_be_changed(form: EditForm, qtbot):
    form.show()
    form.activateWindow()
    form.focus_first()
    qtbot.waitUntil(control(form, "title").hasFocus)
