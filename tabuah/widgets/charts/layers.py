"""What a plot is made of: layers that are given a chart once, and painted again for whatever of it is in sight.

Each layer sets what it needs of the painter itself; a layer below may have left anything.
"""

from typing import Protocol

from PySide6.QtGui import QPainter

from tabuah.widgets.charts.frame import Frame
from tabuah.widgets.charts.series import ChartContent
from tabuah.widgets.theme.appearance import Appearance


class Layer(Protocol):
    """One thing in a plot, such as its rain."""

    def show_content(self, content: ChartContent) -> None:
        """Take another chart; whatever does not depend on what is in sight is worked out here."""

    def dress(self, appearance: Appearance) -> None:
        """Take the colours and fonts of now."""

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Paint what is in sight, in px."""
