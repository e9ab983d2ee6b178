"""The Qt stylesheet, generated from a palette; what QSS cannot express is painted by the widgets."""

from string import Template
from typing import Final

from tabuah.widgets.theme.design_tokens import Palette, mix

_SURFACES: Final = """
QMainWindow, QDialog, QFrame[surface="window"] { background: $window; }
QFrame[surface="panel"], QScrollArea[surface="panel"], QWidget[surface="panel"] { background: $panel; }
QFrame[surface="raised"] { background: $raised; border: 1px solid $line; border-radius: 8px; }
QFrame[surface="card"] { background: $raised; border-radius: 8px; }
QFrame[surface="popover"] { background: $popover; border: 1px solid $line_strong; border-radius: 8px; }
QFrame[surface="line"] { background: $line; border: none; }
QFrame[surface="warning"] { background: $attention_tint; border: 1px solid $attention_edge; border-radius: 8px; }
QFrame[surface="danger"] { background: $critical_tint; border: 1px solid $critical_edge; border-radius: 8px; }
QScrollArea { border: none; background: transparent; }
QScrollArea > QWidget > QWidget[surface="clear"] { background: transparent; }
QSplitter::handle { background: $line; }
QSplitter::handle:hover { background: $accent; }
QMainWindow::separator { background: $line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QDockWidget { color: $muted; }
QDockWidget::title { background: $panel; padding: 8px 12px; border-bottom: 1px solid $line; text-align: left; }
"""

_INPUTS: Final = """
QLineEdit, QPlainTextEdit, QTextEdit, QDateTimeEdit, QSpinBox, QDoubleSpinBox, QComboBox {
    background: $field; color: $text; border: 1px solid $line_strong; border-radius: 8px; padding: 0 ${pad}px;
    min-height: ${field}px; selection-background-color: $accent; selection-color: $on_accent; }
QPlainTextEdit, QTextEdit { padding: 6px ${pad_text}px; }
QLineEdit:hover, QPlainTextEdit:hover, QDateTimeEdit:hover { border-color: $faint; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QDateTimeEdit:focus, QSpinBox:focus, QComboBox:focus {
    border: 2px solid $accent; padding: 0 ${pad_focus}px; }
QComboBox[chevron="true"]::drop-down { border: none; width: 28px; }
QComboBox[chevron="true"]::down-arrow { image: none; width: 0; height: 0; }
QPlainTextEdit:focus, QTextEdit:focus { padding: 5px ${pad_text_focus}px; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"] { border: 2px solid $critical; padding: 0 ${pad_focus}px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QDateTimeEdit:disabled { color: $faint; background: $panel; }
"""

_LISTS: Final = """
QListView, QTableView, QTreeView { background: transparent; border: none; outline: none; color: $text;
    selection-background-color: $selected; selection-color: $text; gridline-color: $line; }
QListView[framed="true"] { background: $field; border: 1px solid $line_strong; border-radius: 8px; padding: 4px; }
QListView[framed="true"]::item { padding: 6px 8px; border-radius: 6px; }
QListView::item:selected, QTableView::item:selected { background: $selected; color: $text; }
QListView[framed="true"]::item:hover { background: $hover; }
QTableView::item { padding: 0 8px; border-bottom: 1px solid $line; }
QTableView:focus { border: none; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: $panel; color: $muted; border: none; border-bottom: 1px solid $line_strong;
    padding: 6px 11px; font-weight: 600; text-align: left; }
QHeaderView::section:hover { color: $text; }
QTableCornerButton::section { background: $panel; border: none; }
"""

_CHROME: Final = """
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $scroll; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QMenuBar { background: $panel; color: $text; border-bottom: 1px solid $line; padding: 2px 8px; }
QMenuBar::item { padding: 4px 8px; border-radius: 6px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $panel; color: $text; border: 1px solid $line_strong; border-radius: 8px; padding: 6px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 6px; margin: 1px 0; }
QMenu::item:selected { background: $selected; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 6px 8px; }
QToolTip { background: $tip; color: $text; border: 1px solid $line_strong; padding: 5px 8px; }
QProgressBar { background: $line; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
"""


def stylesheet(palette: Palette, text_scale: float = 1.0) -> str:
    """Return the stylesheet of a palette; fields grow with the text, spacing and corners do not."""
    dark = palette.name == "dark"
    values = {
        name: getattr(palette, name)
        for name in ("window", "panel", "raised", "line", "text", "muted", "faint", "accent", "on_accent", "critical")
    }
    values |= {
        "popover": palette.raised if dark else palette.panel,
        "line_strong": mix(palette.line, palette.muted, 0.25),
        "field": palette.window if dark else palette.panel,
        "hover": mix(palette.raised, palette.text, 0.06),
        "selected": mix(palette.panel, palette.accent, 0.18),
        "scroll": mix(palette.panel, palette.muted, 0.35),
        "tip": mix(palette.raised, palette.text, 0.06 if dark else 0.0),
        "attention_tint": mix(palette.panel, palette.attention, 0.12),
        "attention_edge": mix(palette.panel, palette.attention, 0.45),
        "critical_tint": mix(palette.panel, palette.critical, 0.12),
        "critical_edge": mix(palette.panel, palette.critical, 0.45),
    }
    sizes = {"field": round(30 * text_scale), "pad": 10, "pad_focus": 9, "pad_text": 6, "pad_text_focus": 5}
    text = "".join((_SURFACES, _INPUTS, _LISTS, _CHROME))
    return Template(text.replace("${field}px", f"{sizes.pop('field')}px")).substitute(
        values | {name: str(size) for name, size in sizes.items()}
    )
