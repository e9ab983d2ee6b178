"""The check of the display before Qt starts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tabuah.console.display import DisplayError, check_display, missing_library

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has displays by name")


def fail_to_load(reason: str):
    def load(_name: str):
        raise OSError(reason)

    return load


@linux_only
def test_missing_display_is_named():
    with pytest.raises(DisplayError, match="Tidak ada layar"):
        check_display({})


@linux_only
@pytest.mark.parametrize("environ", [{"QT_QPA_PLATFORM": "offscreen"}, {"WAYLAND_DISPLAY": "wayland-0"}])
def test_other_platforms_need_no_display(environ: dict[str, str]):
    check_display(environ, load=fail_to_load("must not be loaded"))


@linux_only
def test_missing_library_names_its_package():
    reason = "libxcb-cursor.so.0: cannot open shared object file: No such file or directory"
    with pytest.raises(DisplayError, match="sudo apt-get install libxcb-cursor0"):
        check_display({"DISPLAY": ":0"}, load=fail_to_load(reason))


@linux_only
def test_all_missing_libraries_are_named_in_one_command():
    missing = ("libxcb-cursor.so.0", "libxcb-icccm.so.4", "libxkbcommon-x11.so.0")

    def load(name: str):
        if name.endswith("libqxcb.so"):
            raise OSError(f"{missing[0]}: cannot open shared object file: No such file or directory")
        if name in missing:
            raise OSError(name)

    command = "sudo apt-get install libxcb-cursor0 libxcb-icccm4 libxkbcommon-x11-0$"
    with pytest.raises(DisplayError, match=command):
        check_display({"DISPLAY": ":0"}, load=load)


def test_unknown_library_keeps_the_reason():
    assert "libfoo.so.1: cannot open" in str(missing_library("libfoo.so.1: cannot open shared object file"))


@linux_only
@pytest.mark.parametrize("display", ["", ":4242"])
def test_console_without_display_ends_with_a_plain_message(tmp_path: Path, display: str):
    chosen = ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")
    environ = {name: value for name, value in os.environ.items() if name not in chosen}
    environ |= {"DISPLAY": display, "TABUAH_KEYRING": "file"}
    run = subprocess.run(
        [sys.executable, "-m", "tabuah", "console", "--data", str(tmp_path)],
        capture_output=True,
        text=True,
        env=environ,
        check=False,
        timeout=120,
    )
    assert run.returncode == 2, run.stderr
    assert "Traceback" not in run.stderr
    assert run.stderr.count("\n") <= 2
