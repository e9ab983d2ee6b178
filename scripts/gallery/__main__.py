"""`PYTHONPATH=scripts python -m gallery` shows a sheet of widgets, or saves a picture of it."""

import sys
from pathlib import Path

import click
from PySide6.QtWidgets import QApplication

from gallery.sheets import forms_sheet, main_sheet, messages_sheet, parts_sheet
from tabuah.resources.localisation import LANGUAGES, set_language
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.design_tokens import PALETTES

_SHEETS = {"window": main_sheet, "forms": forms_sheet, "parts": parts_sheet, "messages": messages_sheet}


@click.command()
@click.option("--theme", type=click.Choice(sorted(PALETTES)), default="dark", show_default=True)
@click.option("--language", type=click.Choice(LANGUAGES), default="id", show_default=True)
@click.option("--sheet", type=click.Choice(sorted(_SHEETS)), default="window", show_default=True)
@click.option("--text-scale", type=click.FloatRange(1.0, 1.5), default=1.0, show_default=True)
@click.option("--size", default="1920x1080", show_default=True, help="Width and height in px.")
@click.option("--shot", type=click.Path(dir_okay=False, path_type=Path), help="Save a picture and leave.")
def main(theme: str, language: str, sheet: str, text_scale: float, size: str, shot: Path | None) -> None:
    """Show widgets with sample values."""
    set_language(language)
    app = QApplication(sys.argv[:1])
    appearance = Appearance(theme, text_scale=text_scale)
    appearance.apply_to(app)
    window = _SHEETS[sheet](appearance)
    width, _x, height = size.partition("x")
    window.resize(int(width), int(height))
    window.show()
    window.setFocus()
    if shot is None:
        sys.exit(app.exec())
    app.processEvents()
    if not window.grab().save(str(shot)):
        raise click.ClickException(f"{shot} could not be written")


if __name__ == "__main__":
    main()
