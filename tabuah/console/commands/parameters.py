"""Parameter types of commands: codes in two languages, times in WIB, `FIELD=VALUE` pairs."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import click

from tabuah.console.commands.code_lists import read_code
from tabuah.operations.codes import CodeT
from tabuah.resources.catalogue import _
from tabuah.resources.moment_parser import parse_moment

# A clock that runs slightly fast must not prevent a report.
_FUTURE_ALLOWED: Final = timedelta(minutes=5)


class Code(click.ParamType[CodeT]):
    """A code in English or Indonesian."""

    name = "code"

    def __init__(self, codes: type[CodeT]) -> None:
        self.codes = codes

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> CodeT:
        try:
            return read_code(self.codes, str(value))
        except click.UsageError as error:
            self.fail(error.message, param, ctx)


class Moment(click.ParamType[datetime]):
    """A time in ISO 8601; WIB without a zone, today without a date."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Parse the time and return it in UTC."""
        if isinstance(value, datetime):
            return value
        try:
            return parse_moment(str(value), now=datetime.now(UTC))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class PastMoment(Moment):
    """A time that is not in the future."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        moment = super().convert(value, param, ctx)
        if moment > datetime.now(UTC) + _FUTURE_ALLOWED:
            self.fail(_("{moment} is in the future").format(moment=value), param, ctx)
        return moment


def read_pairs(pairs: Sequence[str], allowed: Sequence[str]) -> dict[str, str]:
    """Parse `FIELD=VALUE` pairs.

    Raises:
        click.UsageError: a pair is malformed, or its field is not one of `allowed`.
    """
    values: dict[str, str] = {}
    for pair in pairs:
        field, equals, value = pair.partition("=")
        name = field.strip().lower().replace("-", "_")
        if not equals:
            raise click.UsageError(_("{pair} is not of the form FIELD=VALUE").format(pair=pair))
        if name not in allowed:
            fields = ", ".join(allowed)
            raise click.UsageError(
                _("{field} is not a field; fields are: {fields}").format(field=field, fields=fields)
            )
        values[name] = value.strip()
    return values
