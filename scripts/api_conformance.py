"""Send generated requests to a server in this process and compare the answers with its OpenAPI.

Run with `make test-api`. The requests are made from the OpenAPI of the server itself, valid and invalid ones, as a
viewer, a supervisor and a gateway. The exit code is 1 if an answer is a server error, if its status, type or body is
not documented, or if an operation was never reached, or only refused for want of a session.
"""

import argparse
import logging
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import count
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.authorship import ReadingAuthor
from tabuah.operations.readings.reading import PostedReading, Reading
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.operations.stations.station import Parameter, Station, StationKind
from tabuah.server.administration import write_initial_rules
from tabuah.server.journal import ServerJournal
from tabuah.server.listen_address import ListenAddress
from tabuah.server.people.access_tokens import AccessTokens
from tabuah.server.people.user_changes import create_user
from tabuah.server.service import ServerService, ServerSettings

ROLES: Final = (Role.VIEWER, Role.SUPERVISOR, Role.GATEWAY)
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
_PASSWORD: Final = "batang-lembang"  # noqa: S105 - of a server that ends with this process
_TIMEOUT_S: Final = 20.0
_NOT_HTTP: Final = b"Invalid HTTP request received."  # the answer of uvicorn, which the application never sees
_CASES_A_ROUND: Final = 10  # of one operation and role
_LEAST_ROUNDS: Final = 2
_STREAM: Final = "text/event-stream"


@contextmanager
def running_server(directory: Path) -> Iterator[ServerService]:
    """Run a server with a user of each role."""
    with ServerJournal.open(directory) as journal:
        write_initial_rules(journal)
        for role in ROLES:
            create_user(journal, name=role.value, role=role, opd="BPBD", password=_PASSWORD)
    service = ServerService(ServerSettings(directory=directory, address=ListenAddress(port=0)))
    thread = threading.Thread(target=service.run, name="server-under-test")
    thread.start()
    try:
        _measure(service)
        yield service
    finally:
        service.stop()
        thread.join()


def _measure(service: ServerService) -> None:
    """Register a station and store a reading, so that replies are not empty."""
    parameter = Parameter(code="stage_m", unit="m", expected_interval_s=60, valid_min=-1, valid_max=15)
    station = Station(
        code="SLK-AWLR-03",
        name="AWLR Koto Baru",
        kind=StationKind.RIVER,
        lon_deg=100.63,
        lat_deg=-0.8,
        parameters=(parameter,),
        gateway=Role.GATEWAY.value,
    )
    body = encode_body(StationRegistered(station=station))
    service.journal.append_drafts([Draft(subject=f"station/{station.code}", kind="station.registered", body=body)])
    service.readings.check_silence()
    author = ReadingAuthor(account=Role.GATEWAY.value, role=Role.GATEWAY)
    reading = Reading(station.code, parameter.code, datetime.now(UTC), 1.2)
    service.readings.submit(author, [PostedReading(reading)]).result()


class Conformance:
    """Counts the cases and collects the mismatches."""

    def __init__(self, service: ServerService, *, cases: int) -> None:
        self.url = service.url
        document = requests.get(f"{self.url}/schema/openapi.json", timeout=_TIMEOUT_S).json()
        found: Any = schemathesis.openapi.from_dict(document).get_all_operations()
        self._journal = service.journal
        self._tokens = AccessTokens(service.journal.key.secret)
        self.operations = [result.ok() for result in found]
        self._cases = cases
        self.sent: Counter[str] = Counter()
        self.admitted: Counter[str] = Counter()  # cases that were not answered 401
        self.statuses: Counter[int] = Counter()
        self.mismatches: Counter[str] = Counter()

    def run(self) -> None:
        """Send all cases, valid and invalid ones in turn; a route without parameters takes few of them."""
        for number in count():
            mode = GenerationMode.NEGATIVE if number % 2 else GenerationMode.POSITIVE
            for role in ROLES:
                for operation in self.operations:
                    if self.sent.total() < self._cases or number < _LEAST_ROUNDS:
                        self._try(operation, role, mode, number)
            if self.sent.total() >= self._cases:
                return

    def _try(self, operation: Any, role: Role, mode: GenerationMode, number: int) -> None:
        @seed(number)
        @settings(
            max_examples=_CASES_A_ROUND,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Any) -> None:
            self._send(case, role)

        with suppress(Unsatisfiable):  # nothing about this operation can be invalid
            send()

    def _send(self, case: Any, role: Role) -> None:
        # a session of its own: a generated log-out must not end the sessions of the cases that follow
        epoch = self._journal.authority.users[role.value].epoch
        token, _expires_at = self._tokens.issue(role.value, datetime.now(UTC), session=uuid4().hex, epoch=epoch)
        headers = {"Authorization": f"Bearer {token}"}
        kwargs = case.as_transport_kwargs(base_url=self.url, headers=headers)
        name = f"{case.operation.method.upper()} {case.operation.path}"
        with requests.request(**kwargs, stream=True, timeout=_TIMEOUT_S) as reply:
            if reply.headers.get("Content-Type", "").startswith(_STREAM):
                reply._content = b""  # noqa: SLF001 - it never ends by itself
            if reply.content == _NOT_HTTP:
                return
            response = Response.from_requests(reply, verify=False)
        self.sent[name] += 1
        self.statuses[reply.status_code] += 1
        self.admitted[name] += reply.status_code != HTTPStatus.UNAUTHORIZED
        try:
            case.validate_response(response, checks=CHECKS, headers=headers)
        except FailureGroup as failures:
            for failure in failures.exceptions:
                self._note(name, reply, failure)

    def _note(self, name: str, reply: requests.Response, failure: Exception) -> None:
        line = f"{name} answered {reply.status_code}: {type(failure).__name__}"
        if not self.mismatches[line]:
            print(line, str(failure)[:1500], reply.request.url, str(reply.request.body)[:300], sep="\n  ")
        self.mismatches[line] += 1


def main() -> int:
    """Send the cases and print a summary; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=5_000, help="number of requests at least")
    options = parser.parse_args()
    logging.disable(logging.WARNING)  # refusals are expected here; bugs are logged as errors
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as service:
        found = Conformance(service, cases=options.cases)
        found.run()
    print(f"{found.sent.total()} cases over {len(found.sent)} operations; {dict(sorted(found.statuses.items()))}")
    for line, times in found.mismatches.most_common():
        print(f"{times:5d} × {line}")
    shut_out = sorted(name for name, times in found.admitted.items() if not times)
    if shut_out:
        print(f"answered 401 only: {', '.join(shut_out)}")
    return 1 if found.mismatches or shut_out or len(found.sent) < len(found.operations) else 0


if __name__ == "__main__":
    sys.exit(main())
