"""The form that corrects a call."""

from collections.abc import Mapping
from typing import Any, Final

from tabuah.console.calls.call_records import CallRow
from tabuah.console.window.shared.form_fields import MANUAL_CHANNELS
from tabuah.operations.calls.call import UNREPORTED, Call
from tabuah.operations.calls.drafts import correct_call
from tabuah.operations.calls.entry_bodies import MAX_NOTE
from tabuah.operations.codes import CallClass, Channel
from tabuah.operations.entries import Draft
from tabuah.operations.hidden_characters import is_plain
from tabuah.operations.incidents.drafts import caller_value
from tabuah.resources.localisation import _
from tabuah.storage.journal.identifiers import new_salt
from tabuah.text.calls.call_text import call_field_label, call_note_refused_text
from tabuah.text.code_labels import code_label
from tabuah.text.incidents.action_messages import caller_length_text
from tabuah.widgets.controls.edit_form import EditField
from tabuah.widgets.values import Choice

_LONGEST_CALLER: Final = 200


class CallFieldFault(ValueError):
    """A field of the form cannot be used."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


def call_fields(call: Call, row: CallRow) -> tuple[EditField, ...]:
    """Return the fields of a call; a linked one stays a normal call."""
    classes = tuple(Choice(code=each.value, label=code_label(each)) for each in UNREPORTED)
    channels = dict.fromkeys((*MANUAL_CHANNELS, call.channel))
    class_field = EditField(code="call_class", label=call_field_label("call_class"), value=call.call_class.value,
                            choices=classes)  # fmt: skip
    if call.incident:
        class_field = EditField(code="call_class", label=call_field_label("call_class"),
                                value=code_label(call.call_class), refusal=_("Unlink the call first."))  # fmt: skip
    sealed = row.has_caller and row.caller is None
    return (
        class_field,
        EditField(code="channel", label=call_field_label("channel"), value=call.channel.value,
                  choices=tuple(Choice(code=each.value, label=code_label(each)) for each in channels)),
        EditField(code="note", label=call_field_label("note"), value=call.note, max_chars=MAX_NOTE,
                  hint=_("Write no names into the note.")),
        EditField(code="caller", label=call_field_label("caller"), value=row.caller or "",
                  hint=_("The caller is sealed; what you write replaces it.") if sealed else ""),
    )  # fmt: skip


def read_correction(call: Call, changes: Mapping[str, str]) -> Draft:
    """Return the correction of a call from the changed fields of the form.

    Raises:
        CallFieldFault: a text is too long, or cannot be shown.
        NotPossible: nothing differs.
    """
    note, caller = changes.get("note"), changes.get("caller")
    if note is not None and (len(note) > MAX_NOTE or not is_plain(note, lines=True)):
        raise CallFieldFault("note", call_note_refused_text(MAX_NOTE))
    if caller is not None and (len(caller) > _LONGEST_CALLER or not is_plain(caller)):
        raise CallFieldFault("caller", caller_length_text(_LONGEST_CALLER))
    return correct_call(call, **_given(changes))


def _given(changes: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {"note": changes.get("note")}
    if "call_class" in changes:
        given["call_class"] = CallClass(changes["call_class"])
    if "channel" in changes:
        given["channel"] = Channel(changes["channel"])
    if "caller" in changes:
        given["caller"] = caller_value(" ".join(changes["caller"].split()), salt=new_salt())
    return given


def correction_back(call: Call, fields: Mapping[str, str], before: Call, caller_before: str) -> Draft:
    """Return the correction that undoes one of some fields.

    Raises:
        NotPossible: nothing differs.
    """
    given: dict[str, Any] = {
        name: getattr(before, name) for name in ("call_class", "channel", "note") if name in fields
    }
    if call.incident:
        given.pop("call_class", None)
    if "caller" in fields:
        given["caller"] = caller_value(caller_before, salt=new_salt())
    return correct_call(call, **given)
