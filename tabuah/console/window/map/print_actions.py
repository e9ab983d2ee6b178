"""Map print: preview and export of the window's map, drawn on a worker."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from tabuah.console.map.printed_map import MapPrintOptions, make_map_sheet
from tabuah.console.reports.atomic_write import write_file
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.file_dialogs import ask_for_path, dated_name, save_dialog
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.resources.localisation import _
from tabuah.text.people.permissions import person_text
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.print.map_sheet import MapSheet
from tabuah.widgets.map.print.print_dialog import PrintChoice, PrintDialog
from tabuah.widgets.map.print.print_formats import PrintFormat, print_map, sheet_picture
from tabuah.widgets.theme.appearance import Appearance

_PREVIEW_PX: Final = 1_100.0  # the long side, in units of an A4 sheet and of most previews


class PrintActions(QObject):
    """Keeps the map content of the time when the dialog opened, so that the print matches the preview."""

    def __init__(
        self,
        context: WindowContext,
        window: QWidget,
        appearance: Appearance,
        *,
        past: Callable[[], datetime | None],
    ) -> None:
        """Use `past` as the source of the moment that the map shows; None for the present."""
        super().__init__(window)
        self._past = past
        self._context, self._window, self._appearance = context, window, appearance
        self._dialog: PrintDialog | None = None
        self._content: MapContent | None = None
        self._moment: datetime | None = None
        self._drawing = self._outdated = False

    @property
    def dialog(self) -> PrintDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the dialog, or bring it to the front."""
        if self._dialog is not None:
            bring_to_front(self._dialog, self._context.notifier)
            return
        self._content, self._moment = self._context.canvas.content, self._past() or self._context.state.now()
        dialog = PrintDialog(self._appearance, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.choice_changed.connect(self._on_choice_changed)
        dialog.save_requested.connect(self._on_save_requested)
        dialog.finished.connect(self._on_finished)
        self._dialog = dialog
        bring_to_front(dialog, self._context.notifier)
        self._draw()

    def close(self) -> None:
        """Close the dialog."""
        if self._dialog is not None:
            self._dialog.close()

    def write(self, choice: PrintChoice, file: Path) -> None:
        """Write the sheet in the format of the file's suffix."""
        ending = file.suffix.lower().lstrip(".")
        if ending not in [form.value for form in PrintFormat]:
            self._context.notifier.refuse(_("{name} must end in .pdf, .svg or .png").format(name=file.name))
            return
        sheet = self._sheet(choice)
        if sheet is None:
            return
        self._show_busy(busy=True)

        def work(_context: None) -> None:
            write_file(file, print_map(sheet, PrintFormat(ending)))

        def done(_nothing: None) -> None:
            self._show_busy(busy=False)
            self._context.notifier.saved(_("Map saved to {file}.").format(file=file), file)

        self._context.work.run(work, on_done=done, on_error=self._on_failed)

    def _sheet(self, choice: PrintChoice) -> MapSheet | None:
        """Return the sheet; None, with a message, if `office.json` cannot be read."""
        if self._content is None or self._moment is None:
            return None
        wish = MapPrintOptions(
            title=choice.title,
            subtitle=choice.subtitle,
            paper=choice.paper,
            landscape=choice.landscape,
            bounds_m=None if choice.whole_regency else self._context.canvas.view.bounds_m,
            scale=choice.scale,
            grid=choice.grid,
        )
        snapshot = self._context.state.snapshot
        author = person_text(snapshot.actor, snapshot.identity.role) if snapshot.identity else ""
        try:
            return make_map_sheet(
                wish,
                self._content,
                directory=self._context.directory,
                author=author,
                now=self._context.state.now(),
                data_at=self._moment,
            )
        except Exception as error:  # noqa: BLE001 - told in its own words, the dialog stays
            self._context.notifier.error(error)
            return None

    def _draw(self) -> None:
        """Draw the preview; of the choices made meanwhile, only the newest is drawn next."""
        if self._dialog is None or self._drawing:
            self._outdated = True
            return
        sheet = self._sheet(self._dialog.choice)
        if sheet is None:
            return
        self._drawing, self._outdated = True, False
        ratio = _PREVIEW_PX * self._dialog.devicePixelRatioF() / max(sheet.size_px)
        self._context.work.run(lambda _context: sheet_picture(sheet, ratio=ratio), on_done=self._on_drawn,
                          on_error=self._on_failed)  # fmt: skip

    def _on_drawn(self, picture: QImage) -> None:
        self._drawing = False
        if self._dialog is not None:
            self._dialog.preview.show_picture(picture)
            if self._outdated:
                self._draw()

    def _on_failed(self, error: Exception) -> None:
        self._drawing = False
        self._show_busy(busy=False)
        self._context.notifier.error(error)

    def _on_choice_changed(self, _choice: PrintChoice) -> None:
        self._draw()

    def _on_save_requested(self, choice: PrintChoice) -> None:
        assert self._moment is not None
        name = dated_name(_("map"), at=self._moment, suffix=".pdf")
        filters = ["PDF (*.pdf)", "SVG (*.svg)", "PNG (*.png)"]
        files = save_dialog(self._dialog or self._window, _("Save the map"), name=name, filters=filters)
        ask_for_path(files, partial(self.write, choice))

    def _on_finished(self, _result: int) -> None:
        self._dialog, self._outdated = None, False

    def _show_busy(self, *, busy: bool) -> None:
        if self._dialog is not None:
            self._dialog.show_busy(busy=busy)
