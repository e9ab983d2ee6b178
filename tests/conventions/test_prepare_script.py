"""Tests of the prepare script: it installs once, again after a change, and explains failures."""

import sys
from pathlib import Path

import pytest


@pytest.fixture
def scripts(project: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(project / "scripts"))


@pytest.fixture
def installed(scripts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run `install_packages` in a small project; return the pip calls of each run."""
    import prepare

    calls: list[list[str]] = []
    monkeypatch.setattr(prepare, "PROJECT", tmp_path)
    monkeypatch.setattr(prepare, "pip_install", lambda _python, arguments, **_options: calls.append(arguments))
    (tmp_path / "requirements").mkdir()
    for name in ("requirements/lock.txt", "requirements/build.txt", "requirements/dev.txt", "pyproject.toml"):
        (tmp_path / name).write_text(name, "utf-8")

    def install(*, dev: bool) -> list[list[str]]:
        calls.clear()
        prepare.install_packages(tmp_path, dev=dev)
        return list(calls)

    return install


def test_prepare_installs_hashed_packages_then_project(installed):
    packages, project = installed(dev=False)
    assert "--require-hashes" in packages
    assert [Path(part).name for part in packages if part.endswith(".txt")] == ["lock.txt", "build.txt"]
    assert {"--no-deps", "--no-build-isolation", "--no-index", "--editable"} <= set(project)


def test_prepare_installs_nothing_twice(installed):
    installed(dev=False)
    assert installed(dev=False) == []


def test_developer_environment_is_enough_to_run(installed):
    installed(dev=True)
    assert installed(dev=False) == []


def test_runtime_environment_is_not_enough_for_developers(installed):
    installed(dev=False)
    assert len(installed(dev=True)) == 2


def test_changed_lock_is_installed_again(installed, tmp_path: Path):
    installed(dev=False)
    (tmp_path / "requirements/lock.txt").write_text("numpy==3", "utf-8")
    assert len(installed(dev=False)) == 2


def test_unsupported_python_is_rejected_with_remedy(scripts, monkeypatch: pytest.MonkeyPatch):
    import prepare

    monkeypatch.setattr(sys, "version_info", (3, 10, 0))
    with pytest.raises(prepare.PreparationError, match="make demo PYTHON="):
        prepare.check_python()


def test_missing_libraries_are_named_with_command(scripts, monkeypatch: pytest.MonkeyPatch):
    import system_libraries

    monkeypatch.setattr(system_libraries, "is_linux", lambda: True)
    monkeypatch.setattr(system_libraries, "can_install", lambda: False)
    monkeypatch.setattr(system_libraries, "qt_problem", lambda _python: "libEGL.so.1: cannot open")
    monkeypatch.setenv("DISPLAY", ":0")
    with pytest.raises(system_libraries.SystemLibrariesError, match=r"apt-get install .*libegl1.*libxcb-cursor0"):
        system_libraries.provide_qt_libraries(Path(sys.executable), say=print)


def test_window_libraries_are_installed_without_a_display(scripts, monkeypatch: pytest.MonkeyPatch):
    import system_libraries

    installed: list[str] = []
    problem = "libxcb-cursor.so.0: cannot open"
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(system_libraries, "is_linux", lambda: True)
    monkeypatch.setattr(system_libraries, "can_install", lambda: True)
    monkeypatch.setattr(system_libraries, "apt_install", installed.extend)
    monkeypatch.setattr(
        system_libraries,
        "plugin_problem",
        lambda _python, *plugins: problem if "xcb" in plugins and not installed else None,
    )
    system_libraries.provide_qt_libraries(Path(sys.executable), say=print)
    assert "libxcb-cursor0" in installed
    installed.clear()
    monkeypatch.setenv("CI", "true")
    system_libraries.provide_qt_libraries(Path(sys.executable), say=print)
    assert not installed


def test_window_libraries_that_cannot_be_installed_are_named(scripts, monkeypatch: pytest.MonkeyPatch):
    import system_libraries

    said: list[str] = []
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(system_libraries, "is_linux", lambda: True)
    monkeypatch.setattr(system_libraries, "can_install", lambda: False)
    monkeypatch.setattr(
        system_libraries,
        "plugin_problem",
        lambda _python, *plugins: "libxcb-cursor.so.0" if "xcb" in plugins else None,
    )
    system_libraries.provide_qt_libraries(Path(sys.executable), say=said.append)
    assert "libxcb-icccm4" in said[0]


def test_working_qt_needs_no_library(scripts, monkeypatch: pytest.MonkeyPatch):
    import system_libraries

    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert system_libraries.qt_problem(Path(sys.executable)) is None
