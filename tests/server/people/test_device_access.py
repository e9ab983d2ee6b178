"""Requests and sessions of devices: revoked ones, those that wait for approval, and stolen refresh tokens."""

import hashlib
from collections.abc import Iterator

import httpx2
import msgspec
import pytest
from support.draft_samples import incident_report_draft
from support.running_server import (
    PASSWORD,
    RunningServer,
    WritingDevice,
    log_in,
    proven_log_in,
    start_server,
)

from tabuah.operations.entries import Draft, PersonalValue
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.incidents.entry_bodies import IncidentAttached, IncidentNoted
from tabuah.operations.people.roles import Role
from tabuah.operations.personal_values import commitment_to
from tabuah.server.administration import approve_device, revoke_device
from tabuah.server.people.enrolment import EnrolmentPolicy
from tabuah.storage.journal.protocol import RefreshRequest, Session, SessionRequest, sign_refresh
from tabuah.storage.journal.signatures import DeviceKey

PHOTO = b"\xff\xd8\xff" + b"foto" * 100
SHA256 = hashlib.sha256(PHOTO).hexdigest()
SALT = "5" * 32


def log_in_on(server: RunningServer, device: WritingDevice) -> None:
    """Let the requests of a device carry a token that names it."""
    server.authorise(device.client, device.user, device.key.device_id)


@pytest.fixture
def laptop(running_server: RunningServer, device: WritingDevice) -> WritingDevice:
    """Ani's laptop with a photo of an incident that is not sent yet, and the number of its caller."""
    log_in_on(running_server, device)
    report = device.write(incident_report_draft(device.key.tag))
    attached = IncidentAttached(sha256=SHA256, name="foto.jpg", media_type="image/jpeg", size=len(PHOTO))
    photo = device.write(Draft(subject=report.entry.subject, kind="incident.attached", body=encode_body(attached)))
    note = IncidentNoted(text="Penelepon", restricted=commitment_to("0812", SALT))
    caller = device.write(Draft(subject=report.entry.subject, kind="incident.noted", body=encode_body(note)))
    value = PersonalValue(field="restricted", salt=SALT, value="0812", entry=caller.entry.id)
    device.push(report, photo, caller, personal=(value,))
    return device


def refusal_of(response: httpx2.Response) -> tuple[int, str]:
    return response.status_code, response.json().get("code", "")


def refresh(client: httpx2.Client, request: RefreshRequest) -> httpx2.Response:
    return client.post("/v1/session/refresh", content=msgspec.json.encode(request))


@pytest.mark.parametrize(
    "path",
    [
        "/v1/journal?after=0",
        "/v1/journal?subject=incident/x",
        "/v1/checkpoint",
        "/v1/stream",
        "/v1/snapshot",
        "/v1/readings/latest",
        "/v1/wanted-blobs",
        f"/v1/blobs/{SHA256}",
    ],
)
def test_revoked_device_reads_nothing(running_server: RunningServer, laptop: WritingDevice, path: str):
    revoke_device(running_server.journal, laptop.key.device_id, "hilang")
    assert refusal_of(laptop.client.get(path)) == (403, "device_revoked")


def test_revoked_device_asks_for_no_list_of_attachments(running_server: RunningServer, laptop: WritingDevice):
    revoke_device(running_server.journal, laptop.key.device_id, "hilang")
    reply = laptop.client.post("/v1/missing-blobs", json={"blobs": [SHA256]})
    assert refusal_of(reply) == (403, "device_revoked")


def test_revoked_device_hands_in_its_own_work(running_server: RunningServer, laptop: WritingDevice):
    revoke_device(running_server.journal, laptop.key.device_id, "hilang")
    late = laptop.write(incident_report_draft(laptop.key.tag, 2))
    assert [r.reason for r in laptop.push(late).results] == ["device_revoked"]
    assert laptop.client.head(f"/v1/blobs/{SHA256}").status_code == 404
    assert laptop.client.put(f"/v1/blobs/{SHA256}", content=PHOTO).status_code == 201
    other = hashlib.sha256(b"lain").hexdigest()
    assert refusal_of(laptop.client.put(f"/v1/blobs/{other}", content=b"lain")) == (403, "device_revoked")


def test_revoked_device_hands_in_no_work_of_others(running_server: RunningServer, laptop: WritingDevice):
    with running_server.client("ani") as client:
        other = WritingDevice(client, "ani")
        other.enrol()
        entry = other.write(incident_report_draft(other.key.tag))
    revoke_device(running_server.journal, laptop.key.device_id, "hilang")
    other.client = laptop.client
    assert refusal_of(other.post(entry)) == (403, "device_revoked")


def test_revoked_device_enrols_no_other_key(running_server: RunningServer, laptop: WritingDevice):
    revoke_device(running_server.journal, laptop.key.device_id, "hilang")
    renewed = WritingDevice(laptop.client, "ani")
    assert refusal_of(renewed.ask_enrolment()) == (403, "device_revoked")


def test_stream_of_revoked_device_ends(running_server: RunningServer, laptop: WritingDevice):
    with laptop.client.stream("GET", "/v1/stream", timeout=5) as response:
        lines = response.iter_lines()
        assert next(lines) == "event: alive"
        revoke_device(running_server.journal, laptop.key.device_id, "hilang")
        assert not any("device.revoked" in line for line in lines)


@pytest.fixture
def approving_server(tmp_path) -> Iterator[RunningServer]:
    with start_server(tmp_path, enrolment=EnrolmentPolicy.APPROVE) as server:
        server.add_user("ani")
        yield server


def test_unapproved_device_gets_no_personal_values(approving_server: RunningServer):
    with approving_server.client("ani") as client, approving_server.client("ani") as other_client:
        author, waiting = WritingDevice(client, "ani"), WritingDevice(other_client, "ani")
        for device in (author, waiting):
            device.enrol()
            log_in_on(approving_server, device)
        approve_device(approving_server.journal, author.key.device_id)
        author.enrol()
        report = author.write(incident_report_draft(author.key.tag))
        note = IncidentNoted(text="Penelepon", restricted=commitment_to("0812", SALT))
        caller = author.write(Draft(subject=report.entry.subject, kind="incident.noted", body=encode_body(note)))
        value = PersonalValue(field="restricted", salt=SALT, value="0812", entry=caller.entry.id)
        author.push(report, caller, personal=(value,))
        assert waiting.pull().records
        assert waiting.pull().personal == ()
        assert refusal_of(waiting.client.get(f"/v1/blobs/{SHA256}")) == (403, "device_not_approved")
        approve_device(approving_server.journal, waiting.key.device_id)
        assert [v.value for v in waiting.pull().personal] == ["0812"]


def test_device_revoked_before_its_approval_hands_in_nothing(approving_server: RunningServer):
    with approving_server.client("ani") as client:
        device = WritingDevice(client, "ani")
        device.enrol()
        log_in_on(approving_server, device)
        report = device.write(incident_report_draft(device.key.tag))
        assert refusal_of(device.post(report)) == (403, "device_not_approved")
        revoke_device(approving_server.journal, device.key.device_id, "hilang")
        assert refusal_of(device.post(report)) == (403, "device_revoked")


def test_refresh_needs_the_signature_of_the_device(running_server: RunningServer, device: WritingDevice):
    server = running_server.journal.server_id
    with running_server.client() as client:
        session = log_in(client, "ani", key=device.key)
        request = RefreshRequest(refresh_token=session.refresh_token, device=device.key.device_id)
        by_thief = sign_refresh(request, DeviceKey.generate(), server=server)
        elsewhere = sign_refresh(request, device.key, server="lain")
        for wrong in (request, by_thief, elsewhere):
            assert refusal_of(refresh(client, wrong)) == (401, "session_unsigned")
        assert refresh(client, sign_refresh(request, device.key, server=server)).status_code == 200


def unproven(user: str, device: str, **proof: str) -> dict[str, str]:
    return {"user": user, "password": PASSWORD, "device": device, **proof}


def test_log_in_without_the_key_of_the_device_is_no_session_of_it(
    running_server: RunningServer, device: WritingDevice
):
    running_server.add_user("rina", Role.ADMIN)
    with running_server.client() as own, running_server.client() as thief:
        rina = WritingDevice(own, "rina")
        own.headers["Authorization"] = f"Bearer {log_in(own, 'rina', key=rina.key).access_token}"
        rina.enrol()
        assert own.get("/v1/users").status_code == 200
        by_other_key = msgspec.structs.replace(
            proven_log_in(thief, SessionRequest(user="rina", password=PASSWORD), DeviceKey.generate()),
            device=rina.key.device_id,
        )
        for request in (unproven("rina", rina.key.device_id), msgspec.to_builtins(by_other_key)):
            session = thief.post("/v1/session", json=request).json()
            assert session["grant"] is None
            thief.headers["Authorization"] = f"Bearer {session['access_token']}"
            for path, body in (
                ("/v1/users", {"name": "palsu", "role": "admin"}),
                ("/v1/users/reset-code", {"name": "ani", "reason": "x"}),
                ("/v1/deputies/end", {"name": "ani", "reason": "x"}),
            ):
                assert refusal_of(thief.post(path, json=body)) == (403, "device_not_approved")


def test_session_that_no_device_has_signed_is_bound_by_its_renewal(
    running_server: RunningServer, device: WritingDevice
):
    with running_server.client() as client:
        reply = client.post("/v1/session", json=unproven("ani", device.key.device_id))
        request = RefreshRequest(refresh_token=reply.json()["refresh_token"])
        assert refusal_of(refresh(client, request)) == (401, "session_unsigned")
        signed = sign_refresh(request, device.key, server=running_server.journal.server_id)
        assert refresh(client, signed).json()["grant"]["device"] == device.key.device_id


def test_session_without_a_device_needs_no_signature(running_server: RunningServer):
    with running_server.client() as client:
        session = log_in(client, "ani")
        assert refresh(client, RefreshRequest(refresh_token=session.refresh_token)).status_code == 200


def test_session_of_an_earlier_version_becomes_bound(running_server: RunningServer, device: WritingDevice):
    server = running_server.journal.server_id
    with running_server.client() as client:
        session = log_in(client, "ani")
        forget = "UPDATE refresh_tokens SET device = NULL"
        running_server.journal.submit(lambda batch: batch.connection.exec_driver_sql(forget)).result()
        request = RefreshRequest(refresh_token=session.refresh_token)
        assert refusal_of(refresh(client, request)) == (401, "session_unsigned")
        reply = refresh(client, sign_refresh(request, device.key, server=server))
        renewed = msgspec.json.decode(reply.content, type=Session)
        assert renewed.grant.device == device.key.device_id
        again = RefreshRequest(refresh_token=renewed.refresh_token)
        assert refusal_of(refresh(client, again)) == (401, "session_unsigned")


def test_session_enrols_no_other_device_and_goes_on(running_server: RunningServer, device: WritingDevice):
    with running_server.client() as client:
        session = log_in(client, "ani", key=device.key)
        client.headers["Authorization"] = f"Bearer {session.access_token}"
        copy = WritingDevice(client, "ani")
        assert refusal_of(copy.ask_enrolment()) == (401, "session_of_another_device")
        assert copy.key.device_id not in running_server.journal.authority.devices
        request = RefreshRequest(refresh_token=session.refresh_token, device=device.key.device_id)
        request = sign_refresh(request, device.key, server=running_server.journal.server_id)
        assert refresh(client, request).json()["grant"]["device"] == device.key.device_id
