"""Print dialog: options of a printed map, and the preview of the sheet."""

from typing import Final

import msgspec
from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from tabuah.resources.localisation import _, format_number
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.form_field import FormField
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, row
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.map.print.map_sheet import Grid, Paper
from tabuah.widgets.theme.appearance import Appearance, TextStyle


class PrintChoice(msgspec.Struct, frozen=True, kw_only=True):
    """Options of a print. `whole_regency` or the window's view; `scale` None is the next round scale."""

    title: str = ""
    subtitle: str = ""
    paper: Paper = Paper.A4
    landscape: bool = True
    whole_regency: bool = False
    scale: float | None = None
    grid: Grid = Grid.DEGREES


_SCALES: Final = (10_000, 25_000, 50_000, 100_000, 150_000, 250_000, 500_000)
_REST_MS: Final = 200  # delay after the last key press before the preview is updated


class SheetPreview(QWidget):
    """Preview of the sheet; the old picture stays until the new one is ready."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("print_preview")
        self.setAccessibleName(_("Preview of the sheet"))
        self.setMinimumSize(420, 420)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._appearance, self._picture = appearance, QImage()

    @property
    def picture(self) -> QImage:
        """The picture that is shown."""
        return self._picture

    def show_picture(self, picture: QImage) -> None:
        self._picture = picture
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the sheet centred, with a paper edge."""
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(self._appearance.palette.window))
            if self._picture.isNull():
                painter.setPen(QColor(self._appearance.palette.muted))
                painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), _("Drawing the sheet …"))
                return
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            area = QRectF(self.rect()).adjusted(20, 20, -20, -20)
            size = self._picture.size().toSizeF().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
            sheet = QRectF(area.center().x() - size.width() / 2, area.top(), size.width(), size.height())
            sheet.moveTop(area.center().y() - size.height() / 2)
            painter.drawImage(sheet, self._picture)
            painter.setPen(QPen(QColor(self._appearance.palette.line), 1))
            painter.drawRect(sheet)
        finally:
            painter.end()


class PrintDialog(QDialog):
    """Edits the options of a print.

    Signals:
        choice_changed: another PrintChoice; update the preview.
        save_requested: the PrintChoice of the sheet to save.
    """

    choice_changed = Signal(object)
    save_requested = Signal(object)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("print_dialog")
        self.setWindowTitle(_("Print the map"))
        self._appearance = appearance
        self._title = self._edit("print_title", _("Situation map"))
        self._subtitle = self._edit("print_subtitle", _("For example the event or the area"))
        self._paper = self._segments("print_paper", _("Paper"), tuple((each.value, each.value) for each in Paper))
        turns = (("landscape", _("Landscape")), ("portrait", _("Portrait")))
        self._turn = self._segments("print_orientation", _("Orientation"), turns)
        extents = (("view", _("As in the window")), ("regency", _("Whole regency")))
        self._extent = self._segments("print_extent", _("Map extent"), extents)
        grids = (
            (Grid.DEGREES.value, _("Degrees")), (Grid.UTM.value, "UTM"), (Grid.BOTH.value, _("Both")),
            (Grid.NONE.value, _("None")),
        )  # fmt: skip
        self._grid = self._segments("print_grid", _("Grid"), grids)
        self._scale = self._scales()
        self.preview = SheetPreview(appearance)
        self._save = KeyButton(appearance, _("Save …"), key="Ctrl S", kind=ButtonKind.PRIMARY, name="print_save")
        self._save.setShortcut("Ctrl+S")
        self._save.setDefault(True)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._lay_out()
        self._connect()
        self.resize(1120, 720)

    @property
    def choice(self) -> PrintChoice:
        """The current options."""
        return PrintChoice(
            title=self._title.text().strip(),
            subtitle=self._subtitle.text().strip(),
            paper=Paper(self._paper.current),
            landscape=self._turn.current == "landscape",
            whole_regency=self._extent.current == "regency",
            scale=self._scale.currentData() or None,
            grid=Grid(self._grid.current),
        )

    def show_busy(self, *, busy: bool) -> None:
        self._save.show_reason(_("Saving the map …") if busy else "")

    def _edit(self, name: str, hint: str) -> QLineEdit:
        edit = QLineEdit()
        edit.setObjectName(name)
        edit.setPlaceholderText(hint)
        edit.setMaxLength(200)
        return edit

    def _segments(self, name: str, label: str, choices: tuple[tuple[str, str], ...]) -> SegmentedControl:
        segments = SegmentedControl(self._appearance, choices, name=name, label=label)
        segments.show_current(choices[0][0])
        return segments

    def _scales(self) -> QComboBox:
        box = QComboBox()
        name_widget(box, "print_scale", _("Scale"))
        box.addItem(_("Automatic, rounded"), 0.0)
        for scale in _SCALES:
            box.addItem(f"1 : {format_number(scale)}", float(scale))
        return box

    def _lay_out(self) -> None:
        side = ThemedFrame("panel")
        fields = column(side, spacing_px=14)
        fields.setContentsMargins(20, 20, 20, 20)
        fields.addWidget(Text(self._appearance, _("Print the map"), style=TextStyle.HEADING))
        controls: tuple[tuple[str, QWidget], ...] = (
            (_("Title"), self._title),
            (_("Subtitle"), self._subtitle),
            (_("Map extent"), self._extent),
            (_("Scale"), self._scale),
            (_("Paper"), self._paper),
            (_("Orientation"), self._turn),
            (_("Grid"), self._grid),
        )
        for label, control in controls:
            fields.addWidget(FormField(self._appearance, label, control))
        fields.addStretch(1)
        note = _("PDF, SVG or PNG with 300 dpi, in light colours. Exercises are marked.")
        fields.addWidget(Text(self._appearance, note, style=TextStyle.SMALL, tone="muted", wrap=True))
        fields.addWidget(self._save)
        side.setFixedWidth(self._appearance.px(340))
        layout: QVBoxLayout = column(self)
        parts = row(spacing_px=0)
        parts.addWidget(side)
        parts.addWidget(self.preview, 1)
        layout.addLayout(parts)

    def _connect(self) -> None:
        for edit in (self._title, self._subtitle):
            edit.textChanged.connect(self._on_text_changed)
        for segments in (self._paper, self._turn, self._extent, self._grid):
            segments.chosen.connect(self._on_changed)
        self._scale.currentIndexChanged.connect(self._on_changed)
        self._rest.timeout.connect(self._on_changed)
        self._save.clicked.connect(self._on_save)

    def _on_text_changed(self, _text: str) -> None:
        self._rest.start()

    def _on_changed(self) -> None:
        self._rest.stop()
        self.choice_changed.emit(self.choice)

    def _on_save(self) -> None:
        self.save_requested.emit(self.choice)
