"""The sheets of the gallery: the main window, the forms, and single controls."""

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMainWindow, QVBoxLayout, QWidget

from gallery import samples
from tabuah.widgets.alarms.alarm_strip import AlarmStrip
from tabuah.widgets.alarms.values import AlarmBanner
from tabuah.widgets.charts.series import ChartContent, Series
from tabuah.widgets.charts.sparkline import Sparkline
from tabuah.widgets.charts.station_chart import StationChart
from tabuah.widgets.controls.action_bar import ActionBar
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.chips import LevelChip
from tabuah.widgets.controls.choice_chips import ChoiceChips
from tabuah.widgets.controls.edit_form import EditField, EditForm
from tabuah.widgets.controls.labels import EmptyState
from tabuah.widgets.controls.layout import ThemedFrame, column, divider, row
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.incidents.conflict_resolver import ConflictResolver
from tabuah.widgets.incidents.incident_board import IncidentBoard
from tabuah.widgets.incidents.incident_panel import IncidentPanel
from tabuah.widgets.incidents.report_form import ReportForm
from tabuah.widgets.messages.answer_card import AnswerCard
from tabuah.widgets.messages.message_list_dialog import MessageListDialog
from tabuah.widgets.shell.command_palette import CommandPalette
from tabuah.widgets.shell.header_bar import HeaderBar
from tabuah.widgets.shell.palette_index import PaletteItem
from tabuah.widgets.shell.status_bar import StatusBar
from tabuah.widgets.shell.toast import ToastHost, ToastMessage
from tabuah.widgets.sync.login_form import LoginForm
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import ActionState, Level


def _sheet() -> tuple[QMainWindow, QVBoxLayout]:
    window = QMainWindow()
    body = ThemedFrame("window")
    window.setCentralWidget(body)
    return window, column(body, spacing_px=0)


def _header(appearance: Appearance, *, offline: bool = False) -> HeaderBar:
    header = HeaderBar(appearance)
    header.show_office("Pusdalops PB · Kabupaten Solok")
    header.show_shift("Regu B · Petugas 1")
    header.show_sync(samples.WAITING if offline else samples.SYNCED)
    header.show_time(samples.NOW)
    return header


def main_sheet(appearance: Appearance) -> QMainWindow:
    """Return the main window, with the report form and a conflict in the place of the map."""
    window, layout = _sheet()
    strip = AlarmStrip(appearance)
    strip.show_alarms(samples.ALARMS)
    middle = row(spacing_px=1)
    board = IncidentBoard(appearance)
    board.show_incidents(samples.CARDS, samples.GROUPS)
    board.show_summary("14 terbuka · 3 lewat waktu")
    board.select("SLK-7K3-0012")
    board.setFixedWidth(appearance.px(312))
    panel = IncidentPanel(appearance)
    panel.show_details(samples.details())
    panel.setFixedWidth(appearance.px(384))
    middle.addWidget(board)
    middle.addWidget(_report_form(appearance))
    middle.addWidget(_resolver(appearance), 1)
    middle.addWidget(panel)
    chart = StationChart(appearance)
    chart.show_content(samples.chart())
    chart.setFixedHeight(appearance.px(230))
    status = StatusBar(appearance)
    status.show_status(samples.STATUS)
    layout.addWidget(_header(appearance))
    layout.addWidget(strip)
    layout.addLayout(middle, 1)
    layout.addWidget(divider())
    layout.addWidget(chart)
    layout.addWidget(status)
    return window


def forms_sheet(appearance: Appearance) -> QMainWindow:
    """Return login, edit form, table, command palette and toasts."""
    window, layout = _sheet()
    layout.addWidget(_header(appearance, offline=True))
    strip = AlarmStrip(appearance)
    strip.show_alarms(AlarmBanner(alarms=(replace(samples.ALARMS.alarms[1], exercise="LATIHAN Uji"),)))
    layout.addWidget(strip)
    middle = row(spacing_px=1)
    table = IncidentBoard(appearance)
    table.show_incidents(samples.CARDS, samples.GROUPS)
    tabs = table.findChild(SegmentedControl)
    if tabs is not None:
        tabs.show_current("list")
        tabs.chosen.emit("list")
    login = LoginForm(appearance)
    login.show_error("Nama pengguna atau kata sandi salah. Periksa Caps Lock, lalu coba lagi.")
    side = column()
    side.setContentsMargins(24, 24, 24, 24)
    side.addWidget(login)
    side.addStretch(1)
    middle.addWidget(table, 2)
    middle.addLayout(side)
    middle.addWidget(_edit_form(appearance), 1)
    layout.addLayout(middle, 1)
    _open_palette(appearance, window)
    host = ToastHost(appearance, window)
    host.show_toast(ToastMessage(text="SLK-7K3-0013 ditugaskan ke TRC-2", level=Level.NORMAL, undo="u1"))
    host.show_toast(
        ToastMessage(
            text="Foto belum terkirim: server tidak menjawab",
            level=Level.HIGH,
            safe="Foto aman di laptop ini.",
            next_step="Akan dicoba lagi pukul 14.35 WIB, atau tekan F5.",
        )
    )
    return window


def parts_sheet(appearance: Appearance) -> QMainWindow:
    """Return chips, buttons, segmented controls, sparklines and empty states."""
    window, layout = _sheet()
    layout.setContentsMargins(24, 24, 24, 24)
    layout.setSpacing(16)
    for part in (_chips(appearance), _buttons(appearance), _lines(appearance)):
        layout.addLayout(part)
    empties = row(spacing_px=16)
    board, panel, chart = IncidentBoard(appearance), IncidentPanel(appearance), StationChart(appearance)
    board.show_incidents((), samples.GROUPS)
    panel.show_details(None)
    chart.show_content(ChartContent(title="ARR Sirukam"))
    empty = EmptyState(appearance, icon="offline")
    empty.show_message("Tidak ada peta", "Muat peta dengan tabuah map build.")
    for widget in (board, panel, chart, empty):
        empties.addWidget(widget, 1)
    layout.addLayout(empties, 1)
    return window


def messages_sheet(appearance: Appearance) -> QMainWindow:
    """Return the list of messages, with an answer in front of it."""
    window = QMainWindow()
    dialog = MessageListDialog(appearance, window, filters=samples.MESSAGE_FILTERS)
    dialog.setWindowFlags(Qt.WindowType.Widget)
    window.setCentralWidget(dialog)
    dialog.show_items(samples.MESSAGE_LINES, summary="4 pesan")
    dialog.list.choose("failed")
    dialog.show_chosen(samples.MESSAGE)
    AnswerCard(appearance, dialog, longest=1_000).open_card(samples.ANSWER)
    return window


def _chips(appearance: Appearance) -> QHBoxLayout:
    result = row(spacing_px=12)
    words = ("KRITIS", "TINGGI", "PERHATIAN", "NORMAL", "INFORMASI", "TANPA DATA")
    for level, word in zip(Level, words, strict=True):
        chip = LevelChip(appearance)
        chip.show_level(level, word)
        result.addWidget(chip)
    severities = ChoiceChips(appearance, name="sample_severity", label="Keparahan")
    severities.show_choices(samples.SEVERITIES)
    severities.show_current("severe")
    result.addWidget(severities, 1)
    return result


def _buttons(appearance: Appearance) -> QHBoxLayout:
    result = row(spacing_px=12)
    for kind, text, key in (
        (ButtonKind.PRIMARY, "Jadikan insiden", "I"),
        (ButtonKind.SECONDARY, "Tanggapi", "T"),
        (ButtonKind.GHOST, "Tutup", "Esc"),
        (ButtonKind.DANGER, "Hapus selamanya", "↵"),
    ):
        result.addWidget(KeyButton(appearance, text, key=key, kind=kind))
    blocked = KeyButton(appearance, "Tutup insiden", key="X")
    blocked.show_reason("Perlu orang kedua untuk menutup")
    result.addWidget(blocked)
    result.addWidget(KeyButton(appearance, "Di peta", icon="pin"))
    result.addWidget(
        SegmentedControl(appearance, (("a", "Papan"), ("b", "Daftar")), name="sample_tabs", label="Tampilan")
    )
    edit = QLineEdit("Nagari Koto Baru")
    edit.setAccessibleName("Tempat")
    result.addWidget(edit, 1)
    actions = ActionBar(appearance)
    actions.show_actions((ActionState(code="a", label="Catat", key="C"), ActionState(code="b", label="Foto")))
    result.addWidget(actions)
    return result


def _lines(appearance: Appearance) -> QHBoxLayout:
    result = row(spacing_px=24)
    for series, level in ((samples.chart().values, Level.CRITICAL), (Series(), Level.NO_DATA)):
        spark = Sparkline(appearance)
        spark.show_series(series, level, "TMA Batang Lembang 3,42 m, naik")
        result.addWidget(spark)
    result.addStretch(1)
    return result


def _report_form(appearance: Appearance) -> ReportForm:
    form = ReportForm(appearance, clock=lambda: samples.NOW)
    form.show_choices(hazards=samples.HAZARDS, severities=samples.SEVERITIES, channels=samples.CHANNELS)
    form.show_call_classes(samples.CALL_CLASSES)
    form.show_draft(samples.DRAFT)
    form.setFixedWidth(appearance.px(400))
    return form


def _resolver(appearance: Appearance) -> ConflictResolver:
    resolver = ConflictResolver(appearance)
    resolver.show_conflicts((samples.CONFLICT,))
    return resolver


def _edit_form(appearance: Appearance) -> EditForm:
    form = EditForm(appearance)
    form.show_fields(
        "x",
        "Ubah SLK-7K3-0012",
        (
            EditField(code="title", label="Judul", value="Banjir, Nagari Koto Baru"),
            EditField(code="severity", label="Keparahan", value="severe", choices=samples.SEVERITIES, guarded=True),
            EditField(code="nagari", label="Nagari", value="Koto Baru"),
        ),
    )
    return form


def _open_palette(appearance: Appearance, window: QWidget) -> None:
    palette = CommandPalette(appearance, window)
    palette.show_items(
        (
            PaletteItem(id="report", kind="command", title="Lapor insiden baru", key="N", icon="plus"),
            PaletteItem(id="kb", kind="place", title="Koto Baru", detail="Nagari · Kubung", icon="pin"),
            PaletteItem(id="12", kind="incident", title="Banjir, Koto Baru", detail="SLK-7K3-0012", icon="incident"),
            PaletteItem(id="awlr", kind="station", title="AWLR Koto Baru", detail="3,42 m · Siaga 1", icon="station"),
            PaletteItem(
                id="close", kind="command", title="Tutup insiden", key="X", reason="Hanya supervisor", icon="check"
            ),
            PaletteItem(id="theme", kind="command", title="Tema terang", key="F9", icon="sun"),
        )
    )
    palette.open_palette()
