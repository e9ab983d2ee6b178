"""Load of the backup benchmark: offices that push entries at a fixed rate, and a gateway that posts readings."""

import threading
import time
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from typing import Final

import httpx2
import msgspec
from backup_data import GATEWAY, minute_of_readings
from bench_push import story
from bench_readings import client_of
from load_process import client_of_server, enrolled_device
from support.running_server import WritingDevice

from tabuah.operations.entries import Draft
from tabuah.operations.readings.reading import ReadingBatch

ENTRIES_A_PUSH: Final = 5
PUSH_EVERY_S: Final = 0.1  # of one office; ten offices send 500 entries a second
READINGS_EVERY_S: Final = 5.0


class LoadReport(msgspec.Struct):
    """The pushes: when each was due (seconds since 1970), and the milliseconds from then to its answer."""

    due_s: list[float] = []
    delays_ms: list[float] = []
    readings: int = 0


def run_load(url: str, offices: list[str], line: Connection) -> None:
    """Push until the other end stops the load, then report."""
    report, stop = LoadReport(), threading.Event()
    with ExitStack() as opened:
        clients = [opened.enter_context(client_of_server(url, timeout_s=60)) for _office in offices]
        devices = [enrolled_device(client, office) for client, office in zip(clients, offices, strict=True)]
        gateway = opened.enter_context(closing(client_of(url, GATEWAY)))
        threads = [threading.Thread(target=_post, args=(gateway, report, stop))]
        for number, device in enumerate(devices):
            threads.append(threading.Thread(target=_push, args=(device, number / len(devices), report, stop)))
        for thread in threads:
            thread.start()
        line.send("ready")
        line.recv()
        stop.set()
        for thread in threads:
            thread.join()
    line.send(report)


def _push(device: WritingDevice, phase: float, report: LoadReport, stop: threading.Event) -> None:
    """Push some entries of an incident at each due time; an office that is late catches up."""
    due_s, counter = time.time() + phase * PUSH_EVERY_S, 0
    drafts: list[Draft] = []
    while not stop.wait(max(0.0, due_s - time.time())):
        if not drafts:
            counter += 1
            drafts = story(device.key.tag, counter)
        chain = [device.write(draft) for draft in drafts[:ENTRIES_A_PUSH]]
        del drafts[:ENTRIES_A_PUSH]
        reply = device.push(*chain)
        report.delays_ms.append(1000 * (time.time() - due_s))
        report.due_s.append(due_s)
        assert all(result.verdict == "accepted" for result in reply.results), reply
        due_s += PUSH_EVERY_S


def _post(gateway: httpx2.Client, report: LoadReport, stop: threading.Event) -> None:
    """Post one reading of each station now and then."""
    while not stop.wait(READINGS_EVERY_S):
        readings = tuple(minute_of_readings(datetime.now(UTC)))
        gateway.post("/v1/readings", content=msgspec.json.encode(ReadingBatch(readings=readings))).raise_for_status()
        report.readings += len(readings)
