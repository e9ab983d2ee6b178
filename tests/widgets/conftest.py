"""What the widget tests share: one look for the session and a window to put things into."""

import pytest
from PySide6.QtWidgets import QApplication

from tabuah.widgets.theme.appearance import Appearance


@pytest.fixture(scope="session")
def dressed_app(qapp: QApplication) -> Appearance:
    """The look, applied once: a stylesheet for the whole application is costly."""
    appearance = Appearance("dark")
    appearance.apply_to(qapp)
    return appearance


@pytest.fixture
def appearance(dressed_app: Appearance) -> Appearance:
    """The dark look at 100 %."""
    return dressed_app
