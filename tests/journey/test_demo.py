"""End-to-end test of the demonstration, as `make demo` runs it without a display."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QImage

from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

pytestmark = pytest.mark.journey

DEMO = [sys.executable, "-m", "tabuah", "demo", "--headless"]
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")},
    "TABUAH_KEYRING": "file",
    "PYTHONUTF8": "1",
}


def processes_on(folder: Path) -> list[str]:
    """Return the command lines that contain a folder, where the system reports them."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in words:
            found.append(words)
    return found


def play(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [*DEMO, "--data", str(folder / "data"), "--json", *options]
    return subprocess.run(
        command, env=ENVIRONMENT, cwd=folder, capture_output=True, text=True, timeout=240, check=False
    )


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("demo")
    done = play(folder, "--seconds", "5", "--size", "1366x768")
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)


def test_demo_flood_becomes_incident(played: tuple[Path, dict[str, Any]]):
    _folder, told = played
    assert told["incident"].startswith("SLK-")
    assert told["incidents"] == 10
    assert told["alarms"] >= 3


def test_demo_screenshot_shows_a_window(played: tuple[Path, dict[str, Any]]):
    folder, told = played
    image = QImage(str(folder / told["screenshot"])).convertToFormat(QImage.Format.Format_RGB32)
    assert (image.width(), image.height()) == (1366, 768)
    pixels = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(768, 1366, 4)[..., :3]
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 500
    middle = pixels[200:500, 400:900]  # the map
    assert middle.std() > 8


def test_demo_publishes_uploads_and_forecasts(played: tuple[Path, dict[str, Any]]):
    folder, _told = played
    with ReadingsStore(folder / "data" / "server" / FILE_NAME) as store:
        sources, forecasts = store.sources(), store.forecasts.newest()
    assert sources["demo-1~SLK-AWLR-03"] == sources["demo-1~GPS-TRC-1"] == "mqtt/tabuah"
    assert {sources[code] for code in sources if code.startswith(("demo-1~SLK-LTN", "demo-1~SLK-PMU"))} == {
        "simulator"
    }
    assert len(forecasts) >= 13


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_demo_report_describes_the_incident(played: tuple[Path, dict[str, Any]]):
    folder, told = played
    text = subprocess.run(
        ["pdftotext", str(folder / told["report"]), "-"], capture_output=True, text=True, check=True
    ).stdout
    assert told["incident"] in text
    assert "LAPORAN AWAL" in text
    assert "LATIHAN" in text
    assert "Koto Baru" in text


def test_demo_leaves_files_and_no_process(played: tuple[Path, dict[str, Any]]):
    folder, told = played
    assert Path(told["folder"]) == folder / "data"
    assert sorted(path.name for path in (folder / "data").iterdir()) == [
        *("console", "penyelia", "posko", "server", "simulator")
    ]
    assert processes_on(folder) == []


def test_demo_rejects_folder_with_files(played: tuple[Path, dict[str, Any]]):
    folder, _told = played
    again = play(folder)
    assert (again.returncode, again.stdout) == (1, "")
    assert "tidak kosong" in again.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_terminated_demo_leaves_no_process(tmp_path: Path):
    command = [*DEMO, "--data", str(tmp_path / "data")]
    with subprocess.Popen(
        command, env=ENVIRONMENT, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "Badai disimulasikan" in line:
                break
        deadline = time.monotonic() + 20
        while not (tmp_path / "data" / "console" / "window.lock").exists() and time.monotonic() < deadline:
            time.sleep(0.05)  # until the window is open
        process.send_signal(signal.SIGTERM)
        process.stdout.read()
        assert process.wait(timeout=40) == 130
    assert processes_on(tmp_path) == []


def test_demo_without_server_reports_failure(tmp_path: Path):
    if not Path("/proc").is_dir():
        pytest.skip("finds the server by its command line")
    command = [*DEMO, "--data", str(tmp_path / "data")]
    with subprocess.Popen(
        command, env=ENVIRONMENT, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "Badai disimulasikan" in line:
                break
        os.kill(server_process(tmp_path), signal.SIGKILL)
        told = process.stdout.read()
        assert process.wait(timeout=40) == 1
    assert "server berakhir di luar dugaan" in told
    assert not (tmp_path / "out").exists()
    assert processes_on(tmp_path) == []


def server_process(folder: Path) -> int:
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        words = file.read_bytes().decode(errors="replace").split("\0")
        if "server" in words and str(folder / "data" / "server") in words:
            return int(file.parent.name)
    raise AssertionError("no server runs")
