"""The list of a tray: one row a change, its level at the edge, what it says, what it is about and who wrote it."""

from tabuah.resources.catalogue import _
from tabuah.widgets.edge_list import EdgeList
from tabuah.widgets.theme.appearance import Appearance


class TrayList(EdgeList):
    """The rows, the oldest first; the panel around it answers the keys."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, name="tray_list", label=_("What took no effect"))
