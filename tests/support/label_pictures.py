"""Cache of label pictures and sizes across windows: every new window measures and paints the same names again."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from tabuah.widgets.map.labels import label_painter
from tabuah.widgets.map.labels.label_candidates import LabelCandidate

ResultT = TypeVar("ResultT")


def keep_label_pictures(patch: pytest.MonkeyPatch) -> None:
    """Let all label painters share their results, which depend on nothing but the arguments."""
    for function in (label_painter.name_picture, label_painter.text_size):
        patch.setattr(label_painter, function.__name__, _kept(function))


def _kept(function: Callable[..., ResultT]) -> Callable[..., ResultT]:
    known: dict[tuple[Any, ...], ResultT] = {}

    def call(offer: LabelCandidate, *arguments: Any, **options: Any) -> ResultT:
        key = (offer.text, offer.note, offer.style, arguments, *sorted(options.items()))
        if key not in known:
            known[key] = function(offer, *arguments, **options)
        return known[key]

    return call
