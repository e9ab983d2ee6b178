"""Fixtures of all tests: Qt offscreen, Indonesian, no keyring, no user folders, and a check for leaks."""

import gc
import os
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from support.cheap_password_hashes import make_password_hashes_cheap
from support.leak_check import finish_deletions, leaks_since, running_now
from support.memory_disk import memory_disk
from support.shared_route_signatures import share_route_signatures
from support.shared_tls_context import share_tls_contexts
from support.untranslated_texts import UntranslatedTexts, install

from tabuah.resources.fault_isolation import take_faults
from tabuah.resources.localisation import DEFAULT_LANGUAGE, set_language
from tabuah.resources.regency import set_regency
from tabuah.resources.translation_files import write_compiled_files

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TABUAH_KEYRING"] = "file"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
# more threads wait busily for each other on a matrix of a gauge, and several test processes share the cores
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# otherwise each of the many processes that tests start compiles hundreds of modules again
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
if "TMPDIR" not in os.environ and (disk := memory_disk()):
    tempfile.tempdir = os.environ["TMPDIR"] = str(disk)  # here, and in the processes that tests start

share_route_signatures()
share_tls_contexts()

gc.disable()  # until all tests are collected: collections of the growing heap take 8 s and find nothing
PROJECT = Path(__file__).resolve().parent.parent

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True, database=None)
settings.register_profile("long", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default"))

LONGEST_FIRST = ("journey", "histories")  # folders

FREEZE_EVERY = 16  # tests with a GUI
GUI_TESTS = count()

TEST_FAILED = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    """Compile changed translations once: otherwise every process of the run does, for 0.45 s of CPU time each."""
    if not hasattr(config, "workerinput"):  # the workers of xdist start after this
        with suppress(OSError):  # a clone that cannot be written to: each process compiles in memory
            write_compiled_files()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the longest tests first: otherwise one process waits at the end for the last long test of another."""
    items.sort(key=lambda item: item.path.parent.name not in LONGEST_FIRST)


def pytest_collection_finish() -> None:
    """Leave everything that was loaded until now out of every later garbage collection."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember a failed test: its traceback keeps widgets and threads alive, which is noise for the leak check."""
    report = yield
    if report.failed:
        item.stash[TEST_FAILED] = True
    return report


@pytest.fixture(autouse=True)
def nothing_left_running(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread, an active timer or a window running."""
    before = running_now()
    yield
    if not request.node.stash.get(TEST_FAILED, False) and (leaks := leaks_since(before)):
        pytest.fail("the test left something running:\n  " + "\n  ".join(leaks), pytrace=False)


@pytest.fixture(autouse=True)
def no_isolated_fault(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test in which an item was left out because of a fault; a test that causes one takes it."""
    take_faults()
    yield
    if not request.node.stash.get(TEST_FAILED, False) and (faults := take_faults()):
        pytest.fail(f"items were left out because of faults: {faults}", pytrace=False)


@pytest.fixture(autouse=True)
def garbage_waits_for_the_gui_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Collect garbage on the GUI thread only: a widget collected on a worker thread can crash the process.

    A closed window is cyclic garbage of few objects that hold 25 MB of pictures, so the collector hardly ever looks
    at it by itself. Modules and caches that tests have loaded since are left out of the next collections: in the
    middle of a run each took 0.4 s.
    """
    if "qapp" not in request.fixturenames and "qtbot" not in request.fixturenames:
        yield
        return
    gc.disable()
    if next(GUI_TESTS) % FREEZE_EVERY == 0:
        gc.collect()
        gc.freeze()
    yield
    finish_deletions()
    gc.collect()
    gc.enable()


@pytest.fixture(scope="session")
def untranslated_texts() -> UntranslatedTexts:
    """Return the texts that have no Indonesian translation."""
    return install()


@pytest.fixture(autouse=True)
def indonesian(request: pytest.FixtureRequest, untranslated_texts: UntranslatedTexts) -> Iterator[None]:
    """Start every test in the default language and fail on texts without a translation."""
    set_language(DEFAULT_LANGUAGE)
    untranslated_texts.seen.clear()
    yield
    set_language(DEFAULT_LANGUAGE)
    set_regency(None)
    if untranslated_texts.seen and not request.node.get_closest_marker("untranslated"):
        texts = "\n  ".join(sorted(set(map(repr, untranslated_texts.seen))))
        pytest.fail(f"no translation in tabuah/resources/translations/id/*.po for:\n  {texts}", pytrace=False)


@pytest.fixture(autouse=True, scope="session")
def own_user_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Isolate tests from the data and settings of the user."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
            patch.setenv(name, str(home / name.lower()))
        yield


@pytest.fixture(autouse=True, scope="session")
def cheap_password_hashes() -> Iterator[None]:
    """Hash passwords at the lowest cost in this process."""
    with pytest.MonkeyPatch.context() as patch:
        make_password_hashes_cheap(patch)
        yield


@pytest.fixture(autouse=True, scope="session")
def same_priority() -> Iterator[None]:
    """Keep the priority of this process: a command that runs in it would lower that of all later tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "nice", lambda _niceness: 0, raising=False)
        yield


@pytest.fixture(scope="session")
def project() -> Path:
    """Return the root of the clone."""
    return PROJECT


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Return the folder of reference boundaries and feed samples, which are not part of the project."""
    folder = Path(os.environ.get("TABUAH_REFERENCE_DATA") or PROJECT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no reference data at {folder}; name its folder in TABUAH_REFERENCE_DATA")
    return folder
