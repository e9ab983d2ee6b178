"""Commands of a document that run as printed, and whose output is compared with the page."""

import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

TABUAH = [sys.executable, "-c", "from tabuah.console.commands.main import main; main()"]
ENVIRONMENT = {**os.environ, "TABUAH_KEYRING": "file", "TABUAH_PASSWORD": "batang-lembang", "PYTHONUTF8": "1"}
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"([a-z]+)\$ tabuah (.*)")
NUMBER = re.compile(r"SLK-[A-Z2-7]{4}-\d{4}")
PAIRING_CODE = re.compile(r"([a-z]{5}-){7}[a-z]{5}")
DEVICE = re.compile(r"\b[0-9a-f]{32}\b")
EXAMPLES = (NUMBER, PAIRING_CODE, DEVICE)


@dataclass
class Line:
    """A command of the page with its output."""

    machine: str
    words: str
    shown: list[str] = field(default_factory=list)


def lines_of(page: str) -> list[Line]:
    found: list[Line] = []
    for block in BLOCK.findall(page):
        for text in block.splitlines():
            if match := COMMAND.fullmatch(text):
                found.append(Line(match[1], match[2]))
            else:
                found[-1].shown.append(text)
    return found


@dataclass
class Machines:
    """The machines of a page, each in a folder of its own; examples of the page are learnt where they first occur."""

    folder: Path
    port: str
    learned: dict[str, str] = field(default_factory=dict)
    server: subprocess.Popen[str] | None = None

    def run(self, line: Line) -> list[str]:
        words = self.real(line.words)
        arguments = shlex.split(words.removesuffix("&"))
        environment = {**ENVIRONMENT, "TABUAH_DATA": str(self.folder / line.machine)}
        if words.endswith("&"):
            self.server = subprocess.Popen(
                [*TABUAH, *arguments], env=environment, cwd=self.folder, stdout=subprocess.PIPE, text=True
            )
            assert self.server.stdout is not None
            return [self.server.stdout.readline().rstrip()]
        done = subprocess.run(
            [*TABUAH, *arguments],
            env=environment,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"{line.machine}$ tabuah {words}\n{done.stdout}"
        return [text.rstrip() for text in done.stdout.splitlines()]

    def real(self, text: str) -> str:
        """Return a text of the page with the real values for its examples."""
        text = text.replace("8410", self.port)
        for example, real in self.learned.items():
            text = re.sub(rf"\b{re.escape(example)}\b", real, text)
        return text

    def learn(self, shown: str, came: str) -> None:
        """Learn the real value of the first number, pairing code and device of a line."""
        for pattern_ in EXAMPLES:
            example, real = pattern_.search(shown), pattern_.search(came)
            if example and real and example[0] not in self.learned:
                self.learned[example[0]] = real[0]
                if pattern_ is DEVICE:
                    self.learned[example[0][:8]] = real[0][:8]
                if pattern_ is NUMBER:
                    self.learned[example[0].split("-")[1]] = real[0].split("-")[1]

    def stop(self) -> None:
        if self.server is not None:
            self.server.terminate()
            assert self.server.stdout is not None
            self.server.stdout.close()
            self.server.wait(timeout=20)
            self.server = None


@contextmanager
def machines_in(folder: Path) -> Iterator[Machines]:
    """Yield machines whose server listens on a free port, and stop the server at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    machines = Machines(folder, port)
    try:
        yield machines
    finally:
        machines.stop()


def run_page(machines: Machines, page: str) -> list[Line]:
    """Run all commands of a page and compare their output; return the commands."""
    lines = lines_of(page)
    for line in lines:
        check(machines, line, machines.run(line))
    return lines


def pattern(shown: str) -> str:
    """Convert page text to a pattern: … matches anything, runs of blanks match any number of blanks."""
    words = [re.escape(word).replace("…", ".*") for word in shown.split()]
    return r"\s+".join(words)


def check(machines: Machines, line: Line, came: list[str]) -> None:
    """Check that a command's output matches the page; a line of … alone is any number of lines."""
    where = f"{line.machine}$ tabuah {line.words}"
    rest = list(came)
    for shown in line.shown:
        if shown == "…":
            rest = rest[len(rest) - _after_gap(line) :]
            continue
        assert rest, f"{where} shows less than the page: {shown}"
        machines.learn(shown, rest[0])
        expected = pattern(machines.real(shown))
        assert re.fullmatch(expected, rest[0].strip()), f"{where}\npage: {shown}\ncame: {rest[0]}"
        rest.pop(0)
    assert rest == [], f"{where} shows more than the page: {rest}"


def _after_gap(line: Line) -> int:
    return len(line.shown) - line.shown.index("…") - 1
