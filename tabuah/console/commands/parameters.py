"""Parameters that commands read: codes in two languages, moments in WIB, `FIELD=VALUE` pairs."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar

import click

from tabuah.console.commands.code_lists import read_code
from tabuah.resources.catalogue import _
from tabuah.resources.formats import WIB

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


def read_moment(text: str, *, now: datetime) -> datetime:
    """Read "2026-11-24T14:30", "2026-11-24 14.30", "14.30" or anything in ISO 8601.

    Raises:
        ValueError: it is no moment; the message says what one looks like.
    """
    clean = text.strip().replace("WIB", "").strip()
    if clean and "T" not in clean and "." in clean and ":" not in clean:
        clean = clean.replace(".", ":")
    if len(clean) <= 8 and ":" in clean:
        clean = f"{now.astimezone(WIB).date().isoformat()} {clean.zfill(5)}"
    try:
        moment = datetime.fromisoformat(clean)
        return (moment if moment.tzinfo else moment.replace(tzinfo=WIB)).astimezone(UTC)
    except (ValueError, OverflowError):
        example = "2026-11-24T14:30"
        raise ValueError(_("{text} is no time; write {example} (WIB)").format(text=text, example=example)) from None


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
