"""Photos and documents of the station whose page is open: shown, added by dialog or drop, opened, saved, removed."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from tabuah.console.window.attached_files import (
    MANY_FILES,
    attached_words,
    copy_for_opening,
    files_dialog,
    known_words,
    made_ready,
    offered_name,
    open_file,
    save_copy,
)
from tabuah.console.window.confirm_card import ConfirmCard, Question
from tabuah.console.window.file_dialogs import save_dialog
from tabuah.console.window.presenting.station_files import file_name, topic_choices
from tabuah.console.window.showing.station_files import StationFilesShowing
from tabuah.console.window.telling import Teller
from tabuah.console.window.workplace import Saved, Workplace
from tabuah.operations.attachments import LONGEST_CAPTION
from tabuah.operations.entries import Draft
from tabuah.operations.stations.files import FileTopic, StationFile
from tabuah.operations.stations.gestures import attach_to_station, remove_from_station
from tabuah.operations.stations.station import Station
from tabuah.resources.catalogue import _, ngettext
from tabuah.storage.cache.store import ConsoleStore
from tabuah.widgets.stations.file_bar import OPEN, REMOVE, SAVE
from tabuah.widgets.stations.station_dialog import StationDialog
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.toast import ToastHost

if TYPE_CHECKING:
    from tabuah.storage.attachments.preparing import PreparedFile

_ABOVE_BUTTONS_PX: Final = 72


class StationFiling(QObject):
    """Belongs to the page; what goes on when that is closed is told in the window."""

    def __init__(self, place: Workplace, appearance: Appearance, parent: QObject) -> None:
        super().__init__(parent)
        self._at, self._appearance = place, appearance
        self._showing = StationFilesShowing(place, self)
        self._dialog: StationDialog | None = None
        self._confirm: ConfirmCard | None = None
        self._teller: Teller = place.teller

    def open(self, dialog: StationDialog) -> None:
        """A page was opened."""
        self._dialog = dialog
        self._confirm = ConfirmCard(self._appearance, dialog)
        toasts = ToastHost(self._appearance, dialog, bottom_px=_ABOVE_BUTTONS_PX)
        self._teller = self._at.teller.beside(toasts, dialog)
        self._showing.open(dialog.files)
        dialog.files.add_requested.connect(self._on_add_requested)
        dialog.files.files_given.connect(self._on_files_given)
        dialog.files.file_asked.connect(self._on_file_asked)

    def close(self) -> None:
        """It was closed."""
        self._showing.close()
        self._dialog, self._confirm, self._teller = None, None, self._at.teller

    def show(self, station: Station) -> None:
        """Show the files of a station as they are now."""
        self._showing.show(station)

    def attach(
        self, station: Station, files: Sequence[Path], *, topic: str = FileTopic.OTHER, caption: str = ""
    ) -> None:
        """Attach files to a station, all or none."""
        if len(files) > MANY_FILES:
            self._teller.inform(_("{n} files are made ready …").format(n=len(files)))
        self._at.work.run(
            lambda _context: made_ready(station, files, caption=caption[:LONGEST_CAPTION]),
            on_done=lambda prepared: self._keep(station.code, FileTopic(topic), prepared),
            on_error=self._on_error,
        )

    def _ask_about(self, station: Station, files: Sequence[Path]) -> None:
        """What files are about and what they show; then they are attached."""
        confirm = self._confirm
        if confirm is None or not files:
            return
        n = len(files)
        name = files[0].name if n == 1 else ngettext("{n} file", "{n} files", n).format(n=n)
        question = Question(
            title=_("Attach {file} to {station}?").format(file=name, station=station.name),
            text="",
            confirm=_("Attach"),
            field=_("What it shows (may stay empty)"),
            choice_label=_("What it is about"),
            choices=topic_choices(),
            chosen=FileTopic.OTHER,
        )
        confirm.ask(question, lambda caption: self.attach(station, files, topic=confirm.choice, caption=caption))

    def _keep(self, code: str, topic: FileTopic, prepared: Sequence["PreparedFile"]) -> None:
        from tabuah.storage.attachments.preparing import split_known  # noqa: PLC0415 - loads Pillow

        station = self._at.room.snapshot.stations.get(code)
        if station is None:
            return
        news, known = split_known(prepared, (file.attachment for file in station.files.kept))
        if known:
            self._teller.inform(known_words(known, station.name))
        if news:
            self._save(lambda store: _attached(store, station, topic, news), attached_words(news, station.name))

    def _save(self, make: Callable[[ConsoleStore], list[Draft]], told: str) -> None:
        def on_saved(_saved: Saved) -> None:
            self._at.room.refresh()
            self._at.sync_soon()
            self._teller.done(told)

        self._at.store.run(lambda store: store.save_all(make(store)), on_done=on_saved, on_error=self._on_error)

    def _on_error(self, error: Exception) -> None:
        self._teller.error(error)

    def _on_not_here(self, error: Exception) -> None:
        """Told; what was asked for is fetched before the others."""
        self._teller.error(error)
        self._showing.read_again()
        self._at.sync_soon()

    def _on_files_given(self, files: tuple[Path, ...]) -> None:
        station = self._showing.station
        if station is not None:
            self._ask_about(station, files)

    def _on_add_requested(self) -> None:
        station, page = self._showing.station, self._dialog
        if station is None or page is None:
            return
        dialog = files_dialog(page, station.name)
        dialog.filesSelected.connect(lambda names: self._ask_about(station, [Path(name) for name in names]))
        dialog.open()

    def _on_file_asked(self, code: str, file_id: str) -> None:
        station = self._showing.station
        file = station.files.find(file_id) if station is not None else None
        if station is None or file is None:
            return
        if code == OPEN:
            self._at.store.run(
                lambda store: copy_for_opening(store, file.attachment),
                on_done=open_file,
                on_error=self._on_not_here,
            )
        elif code == SAVE:
            self._ask_where(file)
        elif code == REMOVE:
            self._ask_why(station, file)

    def _ask_where(self, file: StationFile) -> None:
        if self._dialog is None:
            return
        name = offered_name(file.attachment)
        title, filters = _("Save {file}").format(file=name), [f"{_('All files')} (*)"]
        dialog = save_dialog(self._dialog, title, name=name, filters=filters)
        dialog.fileSelected.connect(lambda chosen: self._save_copy(file, Path(chosen)))
        dialog.open()

    def _save_copy(self, file: StationFile, target: Path) -> None:
        told = _("Saved: {file}").format(file=target)
        self._at.store.run(
            lambda store: save_copy(store, file.attachment, target),
            on_done=lambda _target: self._teller.done(told),
            on_error=self._on_not_here,
        )

    def _ask_why(self, station: Station, file: StationFile) -> None:
        if self._confirm is None:
            return
        question = Question(
            title=_("Remove “{file}” from {station}?").format(file=file_name(file), station=station.name),
            text=_("Nobody sees it here any more. It stays in the history, with the reason."),
            confirm=_("Remove"),
            field=_("Reason"),
            required=_("Removing a file needs a reason."),
        )
        self._confirm.ask(question, lambda reason: self._remove(station, file, reason))

    def _remove(self, station: Station, file: StationFile, reason: str) -> None:
        told = _("“{file}” removed from {station}.").format(file=file_name(file), station=station.name)
        self._save(lambda _store: [remove_from_station(station, file, reason=reason)], told)


def _attached(
    store: ConsoleStore, station: Station, topic: FileTopic, prepared: Sequence["PreparedFile"]
) -> list[Draft]:
    for file in prepared:
        file.keep(store.attachments.files)
    return [attach_to_station(station, file.attachment, topic=topic) for file in prepared]
