"""The type of a reason on the command line, which ends up in the journal."""

from typing import Any

import click

from tabuah.operations.bounds import LONGEST_REASON
from tabuah.resources.localisation import _, format_number


class ReasonType(click.ParamType[str]):
    """A reason that is short enough for the journal; a longer one is refused before anything is sent."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value)
        if len(text) > LONGEST_REASON:
            message = _("the reason has {n} characters, at most {limit} fit. Shorten it; nothing was done.")
            self.fail(message.format(n=format_number(len(text)), limit=LONGEST_REASON), param, ctx)
        return text
