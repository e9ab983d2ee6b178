"""Files of the station on the open page: add, open, save, remove; transfer states and thumbnails."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from tabuah.console.window.shared.attached_files import (
    MANY_FILES,
    copy_for_opening,
    copy_name,
    files_dialog,
    prepare_files,
    save_copy,
)
from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.console.window.shared.file_dialogs import ask_for_path, ask_for_paths, open_file, save_dialog
from tabuah.console.window.shared.thumbnails import read_pictures
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.console.window.stations.station_file_items import file_name, files_view, topic_choices
from tabuah.operations.attachments.attachment import LONGEST_CAPTION
from tabuah.operations.attachments.transfer import AttachmentState
from tabuah.operations.entries import Draft
from tabuah.operations.stations.drafts import attach_to_station, remove_from_station
from tabuah.operations.stations.files import FileTopic, StationFile, StationFiles
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _, ngettext
from tabuah.storage.cache.attachments import BLOB_FOLDER, TransferCounts
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.attachments.attachment_text import describe_attached_files, describe_known_files
from tabuah.widgets.stations.file_action_bar import OPEN, REMOVE, SAVE
from tabuah.widgets.stations.station_files_panel import StationFilesPanel
from tabuah.widgets.stations.station_page_dialog import StationPageDialog
from tabuah.widgets.theme.appearance import Appearance

if TYPE_CHECKING:
    from tabuah.storage.attachments.prepared_file import PreparedFile


class StationFileUpdates(QObject):
    """Updates the files of the open page. States and thumbnails are read on a worker."""

    def __init__(self, context: WindowContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._block: StationFilesPanel | None = None
        self._station: Station | None = None
        self._states: Mapping[str, AttachmentState] = {}
        self._pictures: Mapping[str, QImage] = {}
        self._read_for: tuple[StationFiles, TransferCounts] | None = None

    @property
    def station(self) -> Station | None:
        """The current value of the station; None if no page is open."""
        known = self._station
        return None if known is None else self._context.state.snapshot.stations.get(known.code)

    def open(self, block: StationFilesPanel) -> None:
        self._block, self._read_for = block, None

    def close(self) -> None:
        self._block, self._station = None, None

    def show(self, station: Station) -> None:
        """Show the files of a station; read their states again if those may have changed."""
        if self._block is None:
            return
        if self._station is None or self._station.code != station.code:
            self._states, self._pictures, self._read_for = {}, {}, None
        self._station = station
        snapshot = self._context.state.snapshot
        if self._read_for != (station.files, snapshot.transfers):
            self._read_for = (station.files, snapshot.transfers)
            self._read(station.files)
        self._block.show_files(files_view(station, snapshot, self._states, self._pictures))

    def read_again(self) -> None:
        """Read the states again after a request for a file."""
        self._read_for = None

    def _read(self, files: StationFiles) -> None:
        attached = [file.attachment for file in files.kept]
        on_states, on_pictures = partial(self._on_states_read, files), partial(self._on_pictures_read, files)
        self._context.store.run(lambda store: store.attachments.states(attached), on_done=on_states)
        photos, blobs = [each for each in attached if each.is_photo], self._context.directory / BLOB_FOLDER
        if photos:
            self._context.work.run(lambda _context: read_pictures(blobs, photos), on_done=on_pictures)

    def _on_states_read(self, files: StationFiles, states: Mapping[str, AttachmentState]) -> None:
        if self._is_of(files):
            self._states = states
            self._show_again()

    def _on_pictures_read(self, files: StationFiles, pictures: Mapping[str, QImage]) -> None:
        if self._is_of(files):
            self._pictures = pictures
            self._show_again()

    def _is_of(self, files: StationFiles) -> bool:
        return self._read_for is not None and self._read_for[0] == files

    def _show_again(self) -> None:
        station = self.station
        if station is not None:
            self.show(station)


class StationFileActions(QObject):
    """Belongs to the page."""

    def __init__(self, context: WindowContext, appearance: Appearance, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._appearance = context, appearance
        self._updates = StationFileUpdates(context, self)
        self._dialog: StationPageDialog | None = None
        self._confirm: ConfirmCard | None = None
        self._notifier = context.notifier

    def open(self, dialog: StationPageDialog) -> None:
        """Attach to an opened page."""
        self._dialog = dialog
        self._confirm = ConfirmCard(self._appearance, dialog)
        self._updates.open(dialog.files)
        dialog.files.add_requested.connect(self._on_add_requested)
        dialog.files.files_dropped.connect(self._on_files_given)
        dialog.files.file_action_requested.connect(self._on_file_asked)

    def close(self) -> None:
        """Detach from a closed page."""
        self._updates.close()
        self._dialog = self._confirm = None

    def show(self, station: Station) -> None:
        """Show the files of a station."""
        self._updates.show(station)

    def attach(
        self, station: Station, files: Sequence[Path], *, topic: str = FileTopic.OTHER, caption: str = ""
    ) -> None:
        """Attach files to a station, all or none."""
        if len(files) > MANY_FILES:
            self._notifier.inform(_("Preparing {n} files …").format(n=len(files)))
        self._context.work.run(
            lambda _context: prepare_files(station, files, caption=caption[:LONGEST_CAPTION]),
            on_done=lambda prepared: self._keep(station.code, FileTopic(topic), prepared),
            on_error=self._on_error,
        )

    def _ask_about(self, station: Station, files: Sequence[Path]) -> None:
        """Ask for topic and caption, then attach the files."""
        confirm = self._confirm
        if confirm is None or not files:
            return
        n = len(files)
        name = files[0].name if n == 1 else ngettext("{n} file", "{n} files", n).format(n=n)
        question = Question(
            title=_("Attach {file} to {station}?").format(file=name, station=station.name),
            text="",
            confirm=_("Attach"),
            field=_("Caption (optional)"),
            choice_label=_("Topic"),
            choices=topic_choices(),
            chosen=FileTopic.OTHER,
        )
        confirm.ask(question, lambda caption: self.attach(station, files, topic=confirm.choice, caption=caption))

    def _keep(self, code: str, topic: FileTopic, prepared: Sequence["PreparedFile"]) -> None:
        from tabuah.storage.attachments.prepared_file import split_new_and_known  # noqa: PLC0415 - loads Pillow

        station = self._context.state.snapshot.stations.get(code)
        if station is None:
            return
        news, known = split_new_and_known(prepared, (file.attachment for file in station.files.kept))
        if known:
            self._notifier.inform(describe_known_files([file.attachment.name for file in known], station.name))
        if news:
            self._save(
                lambda store: _attachment_drafts(store, station, topic, news),
                describe_attached_files(len(news), station.name),
            )

    def _save(self, make: Callable[[ConsoleStore], list[Draft]], message: str) -> None:
        def on_saved(_saved: SavedEntries) -> None:
            self._context.state.refresh()
            self._context.sync_soon()
            self._notifier.done(message)

        self._context.store.run(lambda store: store.save_all(make(store)), on_done=on_saved, on_error=self._on_error)

    def _on_error(self, error: Exception) -> None:
        self._notifier.error(error)

    def _on_copied(self, file: Path) -> None:
        if not open_file(file):
            self._notifier.warn_not_opened(file)

    def _on_not_here(self, error: Exception) -> None:
        """Report a file that is not stored here; it is requested with priority."""
        self._notifier.error(error)
        self._updates.read_again()
        self._context.sync_soon()

    def _on_files_given(self, files: tuple[Path, ...]) -> None:
        station = self._updates.station
        if station is not None:
            self._ask_about(station, files)

    def _on_add_requested(self) -> None:
        station, page = self._updates.station, self._dialog
        if station is None or page is None:
            return
        dialog = files_dialog(page, station.name)
        ask_for_paths(dialog, partial(self._ask_about, station))

    def _on_file_asked(self, code: str, file_id: str) -> None:
        station = self._updates.station
        file = station.files.find(file_id) if station is not None else None
        if station is None or file is None:
            return
        if code == OPEN:
            self._context.store.run(
                lambda store: copy_for_opening(store, file.attachment),
                on_done=self._on_copied,
                on_error=self._on_not_here,
            )
        elif code == SAVE:
            self._ask_where(file)
        elif code == REMOVE:
            self._ask_why(station, file)

    def _ask_where(self, file: StationFile) -> None:
        if self._dialog is None:
            return
        name = copy_name(file.attachment)
        title, filters = _("Save {file}").format(file=name), [f"{_('All files')} (*)"]
        dialog = save_dialog(self._dialog, title, name=name, filters=filters)
        ask_for_path(dialog, partial(self._save_copy, file))

    def _save_copy(self, file: StationFile, target: Path) -> None:
        message = _("Saved: {file}").format(file=target)
        self._context.store.run(
            lambda store: save_copy(store, file.attachment, target),
            on_done=lambda _target: self._notifier.saved(message, target),
            on_error=self._on_not_here,
        )

    def _ask_why(self, station: Station, file: StationFile) -> None:
        if self._confirm is None:
            return
        question = Question(
            title=_("Remove “{file}” from {station}?").format(file=file_name(file), station=station.name),
            text=_("The file is no longer shown. It stays in the history, with the reason."),
            confirm=_("Remove"),
            field=_("Reason"),
            is_reason=True,
            required=_("Removing a file needs a reason."),
        )
        self._confirm.ask(question, lambda reason: self._remove(station, file, reason))

    def _remove(self, station: Station, file: StationFile, reason: str) -> None:
        message = _("“{file}” removed from {station}.").format(file=file_name(file), station=station.name)
        self._save(lambda _store: [remove_from_station(station, file, reason=reason)], message)


def _attachment_drafts(
    store: ConsoleStore, station: Station, topic: FileTopic, prepared: Sequence["PreparedFile"]
) -> list[Draft]:
    for file in prepared:
        file.keep(store.attachments.files)
    return [attach_to_station(station, file.attachment, topic=topic) for file in prepared]
