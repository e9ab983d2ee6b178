"""`tabuah demo`: a server, simulated sensors and the console; headless, it saves a picture and a report."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.invocation import Invocation, default_directory, print_error, print_text
from tabuah.console.commands.picture_parameters import PixelSize, Size
from tabuah.resources.localisation import N_, _

if TYPE_CHECKING:
    from tabuah.console.demo.demo_run import DemoResult

OUTPUT: Final = Path("out")
FAILED: Final = 1


@click.command(
    "demo", cls=TabuahCommand, help=N_("Run a storm demonstration: server, simulated sensors, field office, console.")
)
@click.option(
    "--headless",
    is_flag=True,
    help=N_("Without a display: operate the window automatically and save a picture of it."),
)
@click.option(
    "--seconds", type=click.FloatRange(0, 86_400), metavar="N", help=N_("Duration; by default until it is closed.")
)
@click.option(
    "--shot", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.png",
    help=N_("File for a picture of the window; out/demo.png without a display."),
)  # fmt: skip
@click.option("--size", type=PixelSize(), default="1920x1080", metavar="WxH", help=N_("The window's size in pixels."))
@click.option(
    "--boundaries", type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar="FILE",
    help=N_("Official boundaries to use instead of the estimates."),
)  # fmt: skip
@click.option(
    "--profile", type=click.Path(path_type=Path, exists=True), metavar="FILE",
    help=N_("Profile of another regency, regency.toml or its folder."),
)  # fmt: skip
@click.pass_obj
def demo(
    call: Invocation,
    *,
    headless: bool,
    seconds: float | None,
    shot: Path | None,
    size: Size,
    boundaries: Path | None,
    profile: Path | None,
) -> int:
    is_headless = headless or not has_display(os.environ, sys.platform)
    if is_headless:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    else:
        from tabuah.console.display import check_display

        check_display(os.environ)
    # Set before numpy loads: river models use small matrices, where threads mostly wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from tabuah.console.demo.demo_run import DemoOptions, run_demo
    from tabuah.console.demo.errors import DemoError

    options = DemoOptions(
        folder=None if call.data == default_directory(os.environ) else call.data,
        is_headless=is_headless,
        seconds=seconds,
        shot=shot or (OUTPUT / "demo.png" if is_headless else None),
        report=OUTPUT / "laporan-awal.pdf" if is_headless else None,
        size=size,
        boundaries=boundaries,
        profile=profile,
    )
    try:
        played = run_demo(options, lambda words: None if call.as_json else print_text(words))
    except DemoError as error:
        print_error(_("The demonstration failed: {reason}").format(reason=error))
        return FAILED
    call.show(played, lambda: _print_result(played))
    return 0


def has_display(environment: Mapping[str, str], platform: str) -> bool:
    """Return whether a window can be shown; Windows and macOS always have a display."""
    if platform in ("win32", "darwin"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def _print_result(played: "DemoResult") -> None:
    if played.incident:
        message = _("{alarms} alarms are active; incident {number} was created from one; {n} incidents in total.")
        print_text(message.format(alarms=played.alarms, number=played.incident, n=played.incidents))
    if played.screenshot:
        print_text(_("Picture of the window: {file}").format(file=played.screenshot))
    if played.report:
        print_text(_("Initial report: {file}").format(file=played.report))
    print_text(_("All processes of the demonstration have ended."))
