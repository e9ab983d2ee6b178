"""The feed configuration in the server's directory."""

from pathlib import Path

from tabuah.operations.feeds.sources import FILE_NAME, FeedSet, read_sources, sample_feeds_toml
from tabuah.resources.localisation import _
from tabuah.resources.regency import current_regency
from tabuah.server.errors import UnusableFeeds
from tabuah.server.toml_file import read_toml_text
from tabuah.text.file_errors import describe_file_error


def load_feed_sources(directory: Path) -> FeedSet:
    """Load `feeds.toml`; without the file, use all BMKG feeds for the regency.

    Raises:
        UnusableFeeds: the file is invalid; the message says where.
    """
    file = directory / FILE_NAME
    try:
        return read_sources(read_toml_text(file) if file.exists() else sample_feeds_toml(current_regency()))
    except (OSError, ValueError) as error:
        raise UnusableFeeds(
            _("{file} cannot be used: {error}").format(file=file, error=describe_file_error(error))
        ) from error


def write_sample_sources(directory: Path) -> Path | None:
    """Write a sample `feeds.toml`.

    Returns:
        The file; None where one exists, which is not changed.

    Raises:
        UnusableFeeds: it cannot be written.
    """
    file = directory / FILE_NAME
    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(sample_feeds_toml(current_regency()))
    except FileExistsError:
        return None
    except OSError as error:
        raise UnusableFeeds(_("{file} cannot be used: {error}").format(file=file, error=error)) from error
    return file
