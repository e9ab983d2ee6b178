"""Text about readings that are fetched for a chart: progress, result and missing parts."""

from tabuah.resources.localisation import _, format_number, ngettext


def describe_running_backfill() -> str:
    return _("Fetching missing readings from the server …")


def describe_fetched_values(n: int) -> str:
    """Return the number of fetched values, or that none was missing."""
    if not n:
        return _("All readings of the server are stored here.")
    text = ngettext("{n} value fetched from the server.", "{n} values fetched from the server.", n)
    return text.format(n=format_number(n))


def describe_offline_chart() -> str:
    return _("No connection to the server: showing the readings stored on this computer.")


def describe_saved_data_chart() -> str:
    """Return why the data saver fetches no readings for a chart."""
    return _("Data saver: no automatic fetching. Showing the readings stored here.")


def describe_cancelled_backfill() -> str:
    return _("Some readings were not fetched. Those received are stored.")


def describe_failed_backfill(reason: str) -> str:
    return _("Some readings could not be fetched: {reason}").format(reason=reason)
