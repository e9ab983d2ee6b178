"""Command line of a console for tests, run in this process."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tabuah.console.commands.main import run


@dataclass
class CommandLine:
    """Command line of one console."""

    capsys: pytest.CaptureFixture[str]
    data: Path

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        code = run([*arguments, "--data", str(self.data)])
        captured = self.capsys.readouterr()
        return int(code), captured.out, captured.err

    def json(self, *arguments: str, code: int = 0) -> Any:
        found, out, err = self(*arguments, "--json")
        assert found == code, err
        return json.loads(out)


@dataclass
class CommandLineConsole:
    """A data directory with its command line; an unexpected exit code fails the test."""

    directory: Path
    capsys: pytest.CaptureFixture[str]
    errors: str = ""

    def run(self, *arguments: str, code: int = 0) -> str:
        self.capsys.readouterr()
        found = run([*arguments, "--data", str(self.directory)])
        told = self.capsys.readouterr()
        self.errors = told.err
        assert found == code, (told.out, told.err)
        return told.out

    def json(self, *arguments: str, code: int = 0):
        return json.loads(self.run(*arguments, "--json", code=code))
