"""The options of the server, which `server.toml` may hold too."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from tabuah.resources.localisation import N_

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_PORT: Final = 8410

_OPTIONS: Final = (
    click.option(
        "--host", default="127.0.0.1", metavar="HOST", help=N_("Listening address; 127.0.0.1 is this machine.")
    ),
    click.option("--port", type=click.IntRange(0, 65_535), default=DEFAULT_PORT, metavar="N", help=N_("Port; 8410.")),
    click.option(
        "--database",
        default="",
        metavar="URL",
        help=N_("Database URL, sqlite:///FILE; default: in the server's data."),
    ),
    click.option(
        "--mqtt",
        default="",
        envvar="TABUAH_MQTT",
        metavar="URL",
        help=N_("Broker for readings, mqtt://USER:PASSWORD@HOST:PORT or mqtts://; or run one: embedded[:PORT]."),
    ),
    click.option(
        "--reading-days",
        type=click.IntRange(1, 3660),
        default=7,
        metavar="N",
        help=N_("Age up to which readings of gateways are accepted, in days; 7."),
    ),
    click.option(
        "--feeds", is_flag=True, help=N_("Poll the BMKG feeds described by feeds.toml in the data directory.")
    ),
    click.option(
        "--enrolment",
        type=click.Choice(["open", "approve"]),
        help=N_("Enrol new devices immediately (open) or after approval; default: open on this machine only."),
    ),
    click.option(
        "--trusted-proxy",
        "trusted_proxies",
        multiple=True,
        metavar="ADDRESS",
        help=N_("Address or network of a reverse proxy, which names the clients; default: this machine."),
    ),
    click.option("--certificate", type=click.Path(path_type=Path), metavar="FILE", help=N_("Certificate for HTTPS.")),
    click.option("--key", type=click.Path(path_type=Path), metavar="FILE", help=N_("The certificate's private key.")),
)


def server_options(function: F) -> F:
    """Add the options of the server to a command; the function receives them by name."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function
