"""Writes the input of forms to the disk after each pause in typing, and offers it after a crash."""

import logging
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.storage.cache.form_drafts import FormDraft, FormDrafts
from tabuah.text.form_drafts import kept_drafts_text, kept_form_text
from tabuah.widgets.controls.edit_form import EditForm

log = logging.getLogger(__name__)

REPORT_KEY: Final = "report"
_PAUSE_MS: Final = 1_000

ContentT = TypeVar("ContentT")


class DraftWriter(QObject):
    """The drafts of all forms of a window, of the user who is logged in.

    Signals:
        loaded: the drafts of an earlier run are known.
        user_changed: another user has logged in; forms clear the input of the previous user.
    """

    loaded = Signal()
    user_changed = Signal()

    def __init__(self, context: WindowContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._drafts = FormDrafts(context.directory)
        self._kept: dict[str, FormDraft] = {}
        self._due: dict[str, object] = {}
        self._user: str | None = None  # not known yet
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.write)
        context.state.changed.connect(self._on_state_changed)

    def start(self) -> None:
        """Read the drafts of an earlier run, once the user is known."""
        self._on_state_changed()

    @property
    def user(self) -> str:
        """The owner of the drafts; empty before a log-in."""
        return self._user or ""

    def schedule(self, key: str, content: object) -> None:
        """Write the content of a form after the next pause in typing; an empty one is discarded."""
        if not content:
            self.discard(key)
            return
        self._due[key] = content
        self._timer.start()

    def write(self) -> None:
        """Write the changed drafts now."""
        self._timer.stop()
        due, self._due = self._due, {}
        drafts, now = self._drafts, self._context.state.now()
        for key, content in due.items():
            raw = msgspec.Raw(msgspec.json.encode(content))
            self._kept[key] = FormDraft(saved_at=now, content=raw, user=self.user)
            self._context.work.run(_saving(drafts, key, self._kept[key]), on_error=_note)

    def discard(self, key: str) -> None:
        """Delete a draft: the form was saved, or a person discarded its content."""
        self._due.pop(key, None)
        if self._kept.pop(key, None) is not None:
            drafts, user = self._drafts, self.user
            self._context.work.run(lambda _none: drafts.discard(key, user=user), on_error=_note)

    def kept(self, key: str, kind: type[ContentT]) -> ContentT | None:
        """Return the draft of a form; None if there is none, or an older version wrote it."""
        draft = self._kept.get(key)
        if draft is None:
            return None
        try:
            return msgspec.json.decode(draft.content, type=kind)
        except msgspec.DecodeError as error:
            log.warning("draft %s cannot be used: %s", key, error)
            return None

    def _on_state_changed(self, _parts: object = None) -> None:
        state = self._context.state
        identity = state.snapshot.identity
        user = identity.user if identity else ""
        if not state.is_loaded or user == self._user:
            return
        before = self._user
        if before:
            if user:
                self.write()  # under the user who typed it; not after a wipe
            self._due, self._kept = {}, {}
        self._user = user
        if before:
            self.user_changed.emit()
        self._read(user, adopts=before == "")

    def _read(self, user: str, *, adopts: bool) -> None:
        """Read the drafts of a user; with `adopts` also take those from before the first log-in."""
        drafts, now = self._drafts, self._context.state.now()

        def read(_none: None) -> Mapping[str, FormDraft]:
            drafts.delete_expired(now)
            if adopts:
                drafts.adopt(user)
            return drafts.read_of(user)

        def on_done(found: Mapping[str, FormDraft]) -> None:
            if self._user == user:
                self._on_read(found)

        self._context.work.run(read, on_done=on_done, on_error=_note)

    def _on_read(self, found: Mapping[str, FormDraft]) -> None:
        self._kept = {**found, **self._kept}
        if found:
            newest = max(draft.saved_at for draft in found.values())
            self._context.notifier.inform(kept_drafts_text(newest, has_report=REPORT_KEY in found))
        self.loaded.emit()


def _saving(drafts: FormDrafts, key: str, draft: FormDraft) -> Callable[[None], None]:
    return lambda _none: drafts.save(key, bytes(draft.content), saved_at=draft.saved_at, user=draft.user)


class EditFormDraft(QObject):
    """The draft of an edit form, one for each object that it edits."""

    def __init__(self, context: WindowContext, writer: DraftWriter, form: EditForm) -> None:
        super().__init__(form)
        self._context, self._writer, self._form = context, writer, form
        self._key = ""
        form.fields_shown.connect(self._on_fields_shown)
        form.edited.connect(self._on_edited)
        context.side.currentChanged.connect(self._on_page_changed)
        writer.user_changed.connect(self._on_user_changed)

    def _on_fields_shown(self) -> None:
        self._key = self._form.draft_key
        kept = self._writer.kept(self._key, dict[str, str])
        if kept and self._form.show_content(kept):
            self._context.notifier.inform(kept_form_text())

    def _on_edited(self) -> None:
        if self._key:
            self._writer.schedule(self._key, self._form.changes())

    def _on_page_changed(self) -> None:
        """Discard the draft when the form was saved or closed; a log-in keeps it."""
        if self._context.side.page is SidePage.LOGIN:
            self._key = ""
        if self._key and self._context.side.page is SidePage.DETAILS:
            self._writer.discard(self._key)
            self._key = ""

    def _on_user_changed(self) -> None:
        """Close the form; its draft stays for the user who typed it."""
        if self._key:
            self._key = ""
            self._context.side.show_page(SidePage.DETAILS)


def _note(error: Exception) -> None:
    log.warning("a draft was not written: %s", error)
