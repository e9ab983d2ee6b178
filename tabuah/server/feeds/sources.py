"""The description of feeds that an administrator may put into the server's directory."""

from pathlib import Path

from tabuah.operations.feeds.sources import FILE_NAME, SAMPLE, BadSources, FeedSet, read_sources
from tabuah.resources.catalogue import _
from tabuah.server.errors import UnusableFeeds


def described_feeds(directory: Path) -> FeedSet:
    """The feeds of `feeds.toml`; without the file everything that BMKG publishes for the regency.

    Raises:
        UnusableFeeds: the file cannot be used; the message says where.
    """
    file = directory / FILE_NAME
    try:
        return read_sources(file.read_text("utf-8-sig") if file.exists() else SAMPLE)
    except (BadSources, OSError, UnicodeDecodeError) as error:
        raise UnusableFeeds(_("{file} cannot be used: {error}").format(file=file, error=error)) from error


def write_sample(directory: Path) -> Path | None:
    """Put a file to begin with into the directory.

    Returns:
        The file; None where there is one already, which is left as it is.

    Raises:
        UnusableFeeds: it cannot be written.
    """
    file = directory / FILE_NAME
    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(SAMPLE)
    except FileExistsError:
        return None
    except OSError as error:
        raise UnusableFeeds(_("{file} cannot be used: {error}").format(file=file, error=error)) from error
    return file
