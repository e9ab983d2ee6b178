"""docs/api.md documents every route and nothing else, and its examples match the types."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from support.running_server import RunningServer

from tabuah.operations.readings.reading import ReadingBatch
from tabuah.server import problem_documents
from tabuah.storage.journal import (
    backups_protocol,
    checkpoint,
    gateways_protocol,
    handback,
    messages_protocol,
    notices_protocol,
    pairing,
    people_protocol,
    personal_data_protocol,
    presence_protocol,
    protocol,
    push,
    retirement,
    rule_trial_messages,
    snapshots,
    stations_protocol,
    wipe_order,
    wire,
)
from tabuah.storage.journal.wire import decode_entry, text_hash

MODULES = (
    backups_protocol,
    pairing,
    protocol,
    people_protocol,
    notices_protocol,
    personal_data_protocol,
    presence_protocol,
    retirement,
    push,
    wire,
    checkpoint,
    gateways_protocol,
    handback,
    messages_protocol,
    snapshots,
    stations_protocol,
    rule_trial_messages,
    wipe_order,
)
SHAPES: dict[str, Any] = {name: value for module in MODULES for name, value in vars(module).items()} | {
    "ReadingBatch": ReadingBatch
}
ROUTE = re.compile(r"^### ([A-Z]+) (/\S+)$", re.MULTILINE)
EXAMPLE = re.compile(r"^(?:Request|Reply) `(\w+)`:\n\n```json\n(.*?)\n```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([a-z_]+)`")


@pytest.fixture(scope="module")
def text(project: Path) -> str:
    return (project / "docs" / "api.md").read_text("utf-8")


def test_api_docs_list_exactly_the_routes(running_server: RunningServer, text: str):
    with running_server.client() as client:
        paths = client.get("/schema").json()["paths"]
    served = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert set(ROUTE.findall(text)) == served | {("GET", "/schema")}


def test_api_examples_match_their_types(text: str):
    examples = EXAMPLE.findall(text)
    assert len(examples) >= 12
    for name, example in examples:
        value = msgspec.json.decode(example, type=SHAPES[name], strict=True)
        written, again = msgspec.json.decode(example), msgspec.to_builtins(value)
        assert not isinstance(written, dict) or set(written) <= set(again), name


def test_api_push_example_is_a_real_entry(text: str):
    (example,) = [example for name, example in EXAMPLE.findall(text) if name == "PushRequest"]
    request = msgspec.json.decode(example, type=push.PushRequest)
    entry = decode_entry(request.entries[0].text)
    assert (entry.device, entry.n) == (request.device, 1)
    assert len(text_hash(request.entries[0].text.encode())) == 64


def test_api_docs_explain_every_code(project: Path, text: str):
    told = set(CODE.findall(text.split("## Session", maxsplit=1)[0]))
    sources = [path.read_text("utf-8") for path in (project / "tabuah" / "server").rglob("*.py")]
    refusals = {code for source in sources for code in re.findall(r'Refusal\(\s*\d+,\s*"(\w+)"', source)}
    mapped = {*problem_documents._STATUS_OF_CODE, *problem_documents._CODE_OF_STATUS.values()}
    assert len(refusals) > 10
    assert (refusals | mapped) - told == set()


def test_openapi_schema_is_self_contained(running_server: RunningServer):
    with running_server.client() as client:
        reply = client.get("/schema")
        assert reply.json()["openapi"].startswith("3.")
        assert "cdn" not in reply.text
        assert client.get("/schema/swagger").status_code == 404
