"""Exit codes of commands, and the expected errors that lead to them."""

import sys
from enum import IntEnum
from typing import Final


class ExitCode(IntEnum):
    """Exit codes that scripts may rely on."""

    DONE = 0
    BUG = 1
    BAD_INPUT = 2
    NO_SERVER = 3
    REFUSED = 4
    DAMAGED = 5
    ATTENTION = 6  # a check found something to look at; nothing is damaged


# Most specific first. Classes are named, not imported: the module of a raised error is already loaded.
_EXPECTED: Final = (
    ("tabuah.storage.cache.errors", "DamagedCache", ExitCode.DAMAGED),
    ("tabuah.storage.cache.errors", "JournalMismatch", ExitCode.REFUSED),
    ("tabuah.storage.cache.errors", "CacheError", ExitCode.BAD_INPUT),
    ("tabuah.storage.sync.errors", "Offline", ExitCode.NO_SERVER),
    ("tabuah.storage.sync.errors", "BadServerAddress", ExitCode.BAD_INPUT),
    ("tabuah.storage.sync.errors", "SyncError", ExitCode.REFUSED),
    ("tabuah.storage.readings.errors", "DamagedReadings", ExitCode.DAMAGED),
    ("tabuah.storage.readings.errors", "ReadingsError", ExitCode.BAD_INPUT),
    ("tabuah.storage.regency.errors", "ProfileError", ExitCode.BAD_INPUT),
    ("tabuah.storage.backup.errors", "DamagedBackup", ExitCode.DAMAGED),
    ("tabuah.storage.backup.errors", "BackupError", ExitCode.BAD_INPUT),
    ("tabuah.storage.blobs.errors", "BlobError", ExitCode.BAD_INPUT),
    ("tabuah.storage.journal.bundles.errors", "BundleError", ExitCode.BAD_INPUT),
    ("tabuah.storage.journal.errors", "JournalError", ExitCode.BAD_INPUT),
    ("tabuah.operations.errors", "OperationsError", ExitCode.BAD_INPUT),
    ("tabuah.operations.feeds.errors", "FeedError", ExitCode.BAD_INPUT),
    ("tabuah.gis.errors", "GeographyError", ExitCode.BAD_INPUT),
    ("tabuah.server.errors", "DamagedData", ExitCode.DAMAGED),
    ("tabuah.server.errors", "ServerError", ExitCode.BAD_INPUT),
    ("tabuah.console.table_files", "UnreadableTable", ExitCode.BAD_INPUT),
    ("tabuah.console.commands.feeds.download", "DownloadFailed", ExitCode.NO_SERVER),
    ("tabuah.console.commands.feeds.download", "DownloadError", ExitCode.BAD_INPUT),
    ("tabuah.console.simulator.errors", "RegistrationRefused", ExitCode.REFUSED),
    ("tabuah.console.simulator.errors", "BrokerLogInRefused", ExitCode.REFUSED),
    ("tabuah.console.simulator.errors", "SimulatorError", ExitCode.BAD_INPUT),
    ("tabuah.console.reports.errors", "ReportError", ExitCode.BAD_INPUT),
    ("tabuah.console.display", "DisplayError", ExitCode.BAD_INPUT),
)


def exit_code_of(error: BaseException) -> ExitCode:
    """Return the exit code of an error; `BUG` for an unexpected one."""
    for module, name, code in _EXPECTED:
        expected = getattr(sys.modules.get(module), name, None)
        if expected is not None and isinstance(error, expected):
            return code
    return ExitCode.BUG
