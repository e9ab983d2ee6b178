"""The options `--gateway NAME` and `--reason TEXT` of the commands that assign a gateway account."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from tabuah.console.commands.reason_type import ReasonType
from tabuah.resources.localisation import N_

F = TypeVar("F", bound=Callable[..., Any])


def gateway_options(function: F) -> F:
    """Add both options; the function receives `gateway`, empty for “none”, and `reason`."""
    reason = click.option("--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("Why."))
    return click.option(
        "--gateway",
        required=True,
        metavar="NAME",
        callback=_parse_gateway,
        help=N_("The account, mqtt/MAPPING for a broker without accounts, or “none”."),
    )(reason(function))


def _parse_gateway(_context: click.Context, _option: click.Parameter, value: str) -> str:
    name = value.strip()
    return "" if name == "none" else name
