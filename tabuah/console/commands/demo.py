"""`tabuah demo`: a server, simulated sensors and the console, without a display with a picture and a report."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tabuah.console.commands.invocation import Invocation, default_directory
from tabuah.console.commands.output import print_error, say
from tabuah.console.commands.sizes import PixelSize, Size
from tabuah.console.commands.speaking import TabuahCommand
from tabuah.resources.catalogue import N_, _

if TYPE_CHECKING:
    from tabuah.console.demo.playing import DemoPlayed

OUTPUT: Final = Path("out")
FAILED: Final = 1


@click.command(
    "demo", cls=TabuahCommand, help=N_("Play a storm: a server, simulated sensors, a field office and the console.")
)
@click.option(
    "--headless", is_flag=True, help=N_("Without a display: work the window by itself and save what it shows.")
)
@click.option(
    "--seconds", type=click.FloatRange(0, 86_400), metavar="N", help=N_("How long to play; else until it is closed.")
)
@click.option(
    "--shot", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.png",
    help=N_("Where to save a picture of the window; without a display out/demo.png."),
)  # fmt: skip
@click.option("--size", type=PixelSize(), default="1920x1080", metavar="WxH", help=N_("The window's size in pixels."))
@click.option(
    "--boundaries", type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar="FILE",
    help=N_("Official boundaries to show instead of the estimates."),
)  # fmt: skip
@click.pass_obj
def demo(
    call: Invocation, *, headless: bool, seconds: float | None, shot: Path | None, size: Size, boundaries: Path | None
) -> int:
    """Play the demonstration."""
    is_headless = headless or not has_display(os.environ, sys.platform)
    if is_headless:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # before numpy is loaded: rivers are learnt with small matrices, and threads that share one mostly wait
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from tabuah.console.demo.errors import DemoError
    from tabuah.console.demo.playing import Wish, play_demo

    wish = Wish(
        folder=None if call.data == default_directory(os.environ) else call.data,
        is_headless=is_headless,
        seconds=seconds,
        shot=shot or (OUTPUT / "demo.png" if is_headless else None),
        report=OUTPUT / "laporan-awal.pdf" if is_headless else None,
        size=size,
        boundaries=boundaries,
    )
    try:
        played = play_demo(wish, lambda words: None if call.as_json else say(words))
    except DemoError as error:
        print_error(_("The demonstration failed: {reason}").format(reason=error))
        return FAILED
    call.show(played, lambda: _tell_end(played))
    return 0


def has_display(environment: Mapping[str, str], platform: str) -> bool:
    """Whether a window can be shown; Windows and macOS always can."""
    if platform in ("win32", "darwin"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def _tell_end(played: "DemoPlayed") -> None:
    if played.incident:
        told = _("{alarms} alarms are active; incident {number} was made of one, {n} incidents are on the board.")
        say(told.format(alarms=played.alarms, number=played.incident, n=played.incidents))
    if played.screenshot:
        say(_("Picture of the window: {file}").format(file=played.screenshot))
    if played.report:
        say(_("Initial report: {file}").format(file=played.report))
    say(_("All processes of the demonstration have ended."))
