"""Update the approved images of the map and the chart after a person has checked them.

Run `make approve-images`, with ARGS="regency-dark rain" for some of them, or ARGS=--look to look
first: differences are saved as actual, approved and difference in out/failed-images. Unchanged
images stay as they are.
"""

import os
import sys
from pathlib import Path
from typing import Final

import click

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from PySide6.QtWidgets import QApplication
from support.approved_images import approve, check_image  # type: ignore[import-not-found]  # the tests are no package
from support.approved_scenes import scenes  # type: ignore[import-not-found]

from tabuah.widgets.theme.appearance import install_fonts

FAILURES: Final = Path(__file__).resolve().parent.parent / "out" / "failed-images"


@click.command()
@click.argument("names", nargs=-1)
@click.option("--look", is_flag=True, help="Only show what differs; approve nothing.")
def main(names: tuple[str, ...], look: bool) -> None:
    """Approve the images of all scenes, or of NAMES."""
    application, known = QApplication([]), scenes()
    install_fonts()
    if unknown := set(names) - set(known):
        raise click.UsageError(f"no such scene: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    for name in names or known:
        picture = known[name]()
        told = check_image(name, picture, FAILURES)
        if not told:
            click.echo(f"{name}: as approved")
        elif look:
            click.echo(told)
        else:
            click.echo(f"{name}: approved in {approve(name, picture)}")
    del application


if __name__ == "__main__":
    main()
