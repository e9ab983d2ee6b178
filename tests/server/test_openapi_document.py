"""The OpenAPI of the server: exact schemas, documented refusals, and bodies that routes read themselves."""

from typing import Any

import pytest
from support.running_server import RunningServer


@pytest.fixture
def document(running_server: RunningServer) -> dict[str, Any]:
    with running_server.client() as client:
        return client.get("/schema/openapi.json").json()


def test_openapi_describes_readings_as_arrays(document: dict[str, Any]):
    reading = document["components"]["schemas"]["Reading"]
    assert reading["type"] == "array"
    assert reading["prefixItems"][0]["type"] == "string"


def test_openapi_has_bodies_and_their_bounds(document: dict[str, Any]):
    body = document["paths"]["/v1/readings"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["$ref"].endswith("/ReadingBatch")
    assert document["components"]["schemas"]["ReadingBatch"]["properties"]["readings"]["maxItems"] == 5_000
    assert document["components"]["schemas"]["SessionRequest"]["properties"]["user"]["maxLength"] == 80


def test_openapi_describes_the_list_of_stations(document: dict[str, Any]):
    reply = document["paths"]["/v1/stations"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert reply["$ref"].endswith("/StationsReply")
    assert document["components"]["schemas"]["StationsReply"]["properties"]["more"] == {"type": "boolean"}


@pytest.mark.parametrize(
    ("method", "path", "statuses"),
    [
        ("get", "/health", {"200", "400", "408", "429", "503"}),
        ("get", "/v1/readings", {"200", "400", "401", "403", "408", "429", "503"}),
        ("post", "/v1/readings", {"200", "400", "401", "403", "408", "413", "415", "422", "429", "503", "507"}),
        ("delete", "/v1/gateways/messages", {"200", "400", "401", "403", "408", "429", "503"}),
        ("get", "/v1/pairing", {"200", "400", "401", "403", "404", "408", "429", "503"}),
        ("get", "/v1/profile/map", {"200", "400", "401", "403", "404", "408", "429", "503"}),
        ("get", "/v1/blobs/{sha256}", {"200", "206", "400", "401", "403", "404", "408", "416", "429", "503"}),
    ],
)
def test_openapi_documents_every_refusal(document: dict[str, Any], method: str, path: str, statuses: set[str]):
    responses = document["paths"][path][method]["responses"]
    assert set(responses) == statuses
    problem = responses["400"]["content"]["application/problem+json"]["schema"]["$ref"]
    assert document["components"]["schemas"][problem.rpartition("/")[2]]["properties"]["code"]


def test_openapi_references_exist(document: dict[str, Any]):
    def references(part: Any) -> set[str]:
        if isinstance(part, dict):
            own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
            return own.union(*map(references, part.values()))
        return set().union(*map(references, part)) if isinstance(part, list) else set()

    names = {reference.rpartition("/")[2] for reference in references(document)}
    assert names <= set(document["components"]["schemas"])
