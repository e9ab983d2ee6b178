"""The directory of contacts: opens its window, searches, and saves changes; works offline."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import msgspec
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from tabuah.console.contacts.contact_records import personal_numbers
from tabuah.console.window.contacts.contact_form import contact_fields, read_form
from tabuah.console.window.contacts.contact_imports import ContactImports
from tabuah.console.window.contacts.contact_items import contact_card, contact_items, number_items
from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.contacts.checks import ContactContext
from tabuah.operations.contacts.contact import Contact, PersonalNumbers
from tabuah.operations.contacts.drafts import edit_contact, register_contact, restore_contact, retire_contact
from tabuah.operations.contacts.incident_contacts import incident_contacts
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.drafts import note_incident
from tabuah.operations.people.roles import MAY_READ_PERSONAL_DATA
from tabuah.resources.localisation import _
from tabuah.storage.journal.identifiers import new_salt, new_uuid
from tabuah.text.contacts.contact_search import search_contacts
from tabuah.text.contacts.contact_text import describe_call, describe_contact_problem
from tabuah.text.sync.verdict_reasons import describe_not_possible
from tabuah.widgets.contacts.directory_dialog import DirectoryDialog
from tabuah.widgets.contacts.values import ContactAct
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level

_PARTS: Final = frozenset({StatePart.CONTACTS, StatePart.INCIDENTS, StatePart.PERSON})


class DirectoryActions(QObject):
    """Opens the directory, and follows the state while it is open."""

    def __init__(self, context: WindowContext, window: QWidget, appearance: Appearance) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._dialog: DirectoryDialog | None = None
        self._confirm: ConfirmCard | None = None
        self._imports: ContactImports | None = None
        self._personal: PersonalNumbers | None = None  # of the chosen contact
        self._edited: Contact | None = None  # None for a new one
        context.state.changed.connect(self._on_state_changed)

    @property
    def dialog(self) -> DirectoryDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    @property
    def imports(self) -> ContactImports | None:
        """The import preview, while the dialog is open."""
        return self._imports

    def begin(self, contact: str = "") -> None:
        """Open the directory, or bring it to the front, with a contact selected."""
        self._open_for(for_incident=False)
        if self._dialog is not None and contact:
            self._dialog.list.choose(contact)

    def begin_for_incident(self) -> None:
        """Open the directory with the contacts of the selected incident."""
        self._open_for(for_incident=self._context.incident is not None)

    def copy_number(self, number: str) -> None:
        """Copy a number to the clipboard."""
        QGuiApplication.clipboard().setText(number)
        self._tell(_("{value} was copied to the clipboard.").format(value=number))

    def copy_first(self, contact_id: str) -> None:
        """Copy the first number of a contact that this user may read."""
        contact = self._contacts.get(contact_id)
        if contact is not None:
            self._context.store.run(
                lambda store: personal_numbers(store, contact), on_done=partial(self._on_numbers_read, contact)
            )

    def note_call(self, contact_id: str) -> None:
        """Add the note of a call to the selected incident."""
        contact, incident = self._contacts.get(contact_id), self._context.incident
        if contact is None or incident is None or self._call_reason():
            return
        message = _("The call is noted on {number}.").format(number=incident.number)
        self._context.save_draft(
            note_incident(incident, describe_call(contact)), on_saved=lambda _saved: self._tell(message)
        )

    def close(self) -> None:
        """Close the dialog and stop following."""
        self._context.state.changed.disconnect(self._on_state_changed)
        if self._dialog is not None:
            self._dialog.close()

    # The window

    @property
    def _contacts(self) -> Mapping[str, Contact]:
        return self._context.state.snapshot.contacts

    @property
    def _chosen(self) -> Contact | None:
        return self._contacts.get(self._dialog.list.chosen) if self._dialog is not None else None

    def _open_for(self, *, for_incident: bool) -> None:
        if self._dialog is None:
            self._dialog = self._open()
        incident = self._context.incident
        self._dialog.show_incident(incident.number if incident is not None else "", checked=for_incident)
        self._show()
        bring_to_front(self._dialog, self._context.notifier)

    def _open(self) -> DirectoryDialog:
        dialog = DirectoryDialog(self._appearance, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.contact_chosen.connect(self._on_contact_chosen)
        dialog.act_requested.connect(self._on_act_requested)
        dialog.number_copied.connect(self.copy_number)
        dialog.search_changed.connect(self._show)
        dialog.form.submitted.connect(self._on_form_submitted)
        dialog.finished.connect(self._on_finished)
        self._confirm = ConfirmCard(self._appearance, dialog)
        self._imports = ContactImports(self._context, dialog)
        return dialog

    def _show(self) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        listed = [each for each in self._contacts.values() if dialog.shows_retired or each.retired is None]
        incident = self._context.incident
        if dialog.for_incident and incident is not None:
            listed = [each.contact for each in incident_contacts(incident, listed)]
        places = self._context.places.names()
        if dialog.words.strip() or not dialog.for_incident:
            listed = search_contacts(listed, dialog.words, places)
        dialog.show_contacts(contact_items(listed, places), add_reason=self._refusal("contact.registered"))

    def _refusal(self, kind: str) -> str:
        return self._context.state.writing_refusal(kind)

    def _call_reason(self) -> str:
        if self._context.incident is None:
            return _("Choose an incident first.")
        return self._refusal("incident.noted")

    def _on_contact_chosen(self, _contact_id: str) -> None:
        """Show the card at once, and the personal numbers when they are read."""
        self._personal = None
        contact = self._chosen
        self._show_card(contact)
        if contact is not None and contact.personal_entry:
            self._context.store.run(
                lambda store: personal_numbers(store, contact), on_done=partial(self._on_personal_read, contact)
            )

    def _on_personal_read(self, contact: Contact, personal: PersonalNumbers | None) -> None:
        if self._chosen == contact:
            self._personal = personal
            self._show_card(contact)

    def _show_card(self, contact: Contact | None) -> None:
        if self._dialog is None:
            return
        if contact is None:
            self._dialog.show_card(None)
            return
        may_read = self._context.state.snapshot.role in MAY_READ_PERSONAL_DATA
        card = contact_card(
            contact, self._context.places.names(), self._personal, may_read=may_read, reasons=self._reasons(contact)
        )
        self._dialog.show_card(card)

    def _reasons(self, contact: Contact) -> dict[ContactAct, str]:
        has_number = bool(number_items(contact, self._personal))
        return {
            ContactAct.COPY: "" if has_number else _("This contact has no number that you may read."),
            ContactAct.NOTE_CALL: self._call_reason(),
            ContactAct.EDIT: self._refusal("contact.edited"),
            ContactAct.RETIRE: self._refusal("contact.retired"),
            ContactAct.RESTORE: self._refusal("contact.restored"),
        }

    def _tell(self, text: str) -> None:
        if self._dialog is not None and self._dialog.isVisible():
            self._dialog.show_note(text, Level.NORMAL)
        else:
            self._context.notifier.done(text)

    def _on_numbers_read(self, contact: Contact, personal: PersonalNumbers | None) -> None:
        numbers = number_items(contact, personal)
        if numbers:
            self.copy_number(numbers[0].number)

    # Acts

    def _on_act_requested(self, code: str) -> None:
        act, contact = ContactAct(code), self._chosen
        if self._dialog is None or self._imports is None or not self._dialog.shows_list:
            return
        if act is ContactAct.ADD:
            self._begin_form(None)
        elif act is ContactAct.IMPORT:
            self._imports.begin()
        elif act is ContactAct.EXPORT:
            self._imports.save_export()
        elif contact is not None:
            self._act_on(act, contact)

    def _act_on(self, act: ContactAct, contact: Contact) -> None:
        if act is ContactAct.COPY:
            self._on_numbers_read(contact, self._personal)
        elif act is ContactAct.NOTE_CALL:
            self.note_call(contact.id)
        elif act is ContactAct.EDIT:
            self._begin_form(contact)
        else:
            self._ask_for_reason(ContactAct.RETIRE if contact.retired is None else ContactAct.RESTORE, contact)

    def _ask_for_reason(self, act: ContactAct, contact: Contact) -> None:
        assert self._confirm is not None
        is_restore = act is ContactAct.RESTORE
        question = Question(
            title=(_("Restore {name}?") if is_restore else _("Retire {name}?")).format(name=contact.name),
            text="" if is_restore else _("It is no longer listed. Its history stays, and it can be restored."),
            confirm=_("Restore") if is_restore else _("Retire contact"),
            field=_("Reason"),
            is_reason=True,
            required=_("State a reason."),
        )
        self._confirm.ask(question, partial(self._on_reason_given, act, contact))

    def _on_reason_given(self, act: ContactAct, contact: Contact, reason: str) -> None:
        change = restore_contact if act is ContactAct.RESTORE else retire_contact
        message = (
            _("The contact {name} is listed again.")
            if act is ContactAct.RESTORE
            else _("The contact {name} is retired.")
        )
        undo = partial(
            self._take_back, ContactAct.RETIRE if act is ContactAct.RESTORE else ContactAct.RESTORE, contact.id
        )
        self._save(change(contact, reason=reason), message.format(name=contact.name), undo)

    def _take_back(self, act: ContactAct, contact_id: str) -> None:
        """Undo: restore a retired contact, or retire a restored one."""
        contact = self._contacts.get(contact_id)
        if contact is None:
            return
        try:
            change = restore_contact if act is ContactAct.RESTORE else retire_contact
            draft = change(contact, reason=_("Undone"))
        except NotPossible as refusal:
            self._context.notifier.refuse(describe_not_possible(refusal))
        else:
            self._save(draft, _("Undone: {name}").format(name=contact.name))

    def _save(self, draft: Draft, message: str, undo: Callable[[], None] | None = None) -> None:
        def on_saved(_saved: SavedEntries) -> None:
            if undo is not None:
                self._context.notifier.done(message, undo=undo)
            else:
                self._tell(message)

        self._context.save_draft(draft, on_saved=on_saved)

    # The form

    def _begin_form(self, contact: Contact | None) -> None:
        assert self._dialog is not None
        self._edited = contact
        title = _("Edit {name}").format(name=contact.name) if contact is not None else _("Add a contact")
        known = self._personal if contact is not None else None
        fields = contact_fields(contact, self._context.places.names(), known)
        save = "" if contact is not None else _("Add")
        self._dialog.form.show_fields(contact.id if contact is not None else "", title, fields, save=save)
        self._dialog.show_form()

    def _on_form_submitted(self, _edited: str, changes: dict[str, str]) -> None:
        """Save the contact, or show the first problem at its field."""
        before = self._edited
        known = self._personal if before is not None else None
        found = read_form(changes, before, self._check_context(), known)
        assert self._dialog is not None
        if found.problems:
            first = found.problems[0]
            self._dialog.form.show_error(first.field, describe_contact_problem(first))
            return
        message = _("The contact {name} is saved.").format(name=found.contact.name)
        try:
            draft = self._draft(before, found.contact, found.personal)
        except NotPossible as refusal:
            self._dialog.show_note(describe_not_possible(refusal))
        else:
            self._save(draft, message)
        self._dialog.show_list()

    def _draft(self, before: Contact | None, after: Contact, personal: PersonalNumbers | None) -> Draft:
        """Return the entry of a form.

        Raises:
            NotPossible: nothing has changed.
        """
        if before is not None:
            return edit_contact(before, after, personal, salt=new_salt())
        contact = msgspec.structs.replace(after, id=new_uuid(self._context.state.now()))
        return register_contact(contact, personal, salt=new_salt())

    def _check_context(self) -> ContactContext:
        snapshot = self._context.state.snapshot
        return ContactContext(
            contacts=snapshot.contacts, users=snapshot.authority.users or None, places=self._context.places.names()
        )

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if self._dialog is not None and parts & _PARTS:
            self._show()

    def _on_finished(self, _result: int) -> None:
        self._dialog = self._confirm = self._imports = None
