"""Parameters that commands read: codes in two languages, moments in WIB, `FIELD=VALUE` pairs."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar

import click

from tabuah.console.commands.code_lists import read_code
from tabuah.console.moments import read_moment
from tabuah.resources.catalogue import _

CodeT = TypeVar("CodeT", bound=StrEnum)

# A clock that runs a little fast is no reason to refuse a report.
_FUTURE_ALLOWED: Final = timedelta(minutes=5)


class Code(click.ParamType[CodeT]):
    """A code in English or Indonesian."""

    name = "code"

    def __init__(self, codes: type[CodeT]) -> None:
        self.codes = codes

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> CodeT:
        """Read the code."""
        try:
            return read_code(self.codes, str(value))
        except click.UsageError as error:
            self.fail(error.message, param, ctx)


class Moment(click.ParamType[datetime]):
    """A moment in ISO 8601; without a zone it is WIB, without a date it is today."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read the moment; UTC."""
        if isinstance(value, datetime):
            return value
        try:
            return read_moment(str(value), now=datetime.now(UTC))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class PastMoment(Moment):
    """A moment that is not in the future."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read the moment; UTC."""
        moment = super().convert(value, param, ctx)
        if moment > datetime.now(UTC) + _FUTURE_ALLOWED:
            self.fail(_("{moment} is in the future").format(moment=value), param, ctx)
        return moment


def read_pairs(pairs: Sequence[str], allowed: Sequence[str]) -> dict[str, str]:
    """Read `FIELD=VALUE` pairs.

    Raises:
        click.UsageError: a pair is none, or its field is not one of `allowed`.
    """
    values: dict[str, str] = {}
    for pair in pairs:
        field, equals, value = pair.partition("=")
        name = field.strip().lower().replace("-", "_")
        if not equals:
            raise click.UsageError(_("{pair} is no FIELD=VALUE").format(pair=pair))
        if name not in allowed:
            fields = ", ".join(allowed)
            raise click.UsageError(_("{field} is no field; one of: {fields}").format(field=field, fields=fields))
        values[name] = value.strip()
    return values
