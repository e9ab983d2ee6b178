"""Log-in, refresh and enrolment, with permissions and stolen tokens."""

from datetime import datetime, timedelta

import httpx2
import msgspec
import pytest
from sqlalchemy import select
from support.contact_samples import PERSONAL, sample_contact
from support.draft_samples import incident_report_draft, note_draft
from support.running_server import PASSWORD, RunningServer, WritingDevice, log_in, start_server, utc_now
from support.weak_keys import WEAK_KEYS

from tabuah.operations.contacts.drafts import register_contact
from tabuah.operations.entries import Draft, PersonalValue
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.incidents.entry_bodies import IncidentNoted
from tabuah.operations.people.entry_bodies import UserChanged
from tabuah.operations.people.roles import Role
from tabuah.operations.personal_values import commitment_to
from tabuah.server.admission.persistence import save_personal
from tabuah.server.database.schema import PERSONAL_VALUES
from tabuah.server.errors import NameTaken, Refusal, ServerError, WeakPassword
from tabuah.server.journal import ServerJournal
from tabuah.server.people.access_tokens import ACCESS_TERM, AccessTokens
from tabuah.server.people.challenges import MAX_USED, Challenges
from tabuah.server.people.enrolment import GRANT_TERM, MAX_WAITING_DEVICES, EnrolmentPolicy
from tabuah.server.people.login_throttle import MAX_FAILURES_AS_USER
from tabuah.server.people.user_changes import create_user
from tabuah.storage.journal.people_protocol import sign_log_in
from tabuah.storage.journal.protocol import EnrolRequest, Session, SessionRequest, sign_enrolment
from tabuah.storage.journal.signatures import DeviceKey


def change_user(server: RunningServer, name: str, change: UserChanged) -> None:
    server.journal.append_drafts([Draft(subject=f"user/{name}", kind="user.changed", body=encode_body(change))])


def refresh(client: httpx2.Client, token: str, device: str = "") -> httpx2.Response:
    return client.post("/v1/session/refresh", json={"refresh_token": token, "device": device})


def renewed(client: httpx2.Client, token: str, device: str = "") -> Session:
    reply = refresh(client, token, device)
    assert reply.status_code == 200, reply.text
    return msgspec.json.decode(reply.content, type=Session)


def test_session_contains_server_and_role(running_server: RunningServer):
    with running_server.client() as client:
        session = log_in(client, "ani")
    assert (session.user, session.role, session.opd) == ("ani", Role.OPERATOR, "BPBD")
    assert session.server == running_server.journal.server_id
    assert session.grant is None
    assert timedelta() < session.access_expires_at - session.now <= ACCESS_TERM


@pytest.mark.parametrize(("user", "password"), [("ani", "salah-sandi"), ("siapa", PASSWORD), ("ani\0", PASSWORD)])
def test_login_hides_which_part_is_wrong(running_server: RunningServer, user: str, password: str):
    with running_server.client() as client:
        reply = client.post("/v1/session", json={"user": user, "password": password})
    assert reply.status_code == 401
    assert reply.json()["code"] == "wrong_password"


def test_login_throttle_limits_guessing(running_server: RunningServer):
    with running_server.client() as client:
        for _ in range(MAX_FAILURES_AS_USER):
            client.post("/v1/session", json={"user": "ani", "password": "tebakan-saja"})
        reply = client.post("/v1/session", json={"user": "ani", "password": PASSWORD})
    assert (reply.status_code, reply.json()["code"]) == (429, "too_many_attempts")
    assert int(reply.headers["retry-after"]) > 0


def test_login_reports_incompatible_versions(running_server: RunningServer):
    with running_server.client() as client:
        for protocol in (0, 99):
            body = {"user": "ani", "password": PASSWORD, "protocol": protocol}
            reply = client.post("/v1/session", json=body)
            assert (reply.status_code, reply.json()["code"]) == (426, "outdated")


def test_locked_user_loses_access_at_once(running_server: RunningServer):
    with running_server.client("ani") as client:
        assert client.get("/v1/journal").status_code == 200
        change_user(running_server, "ani", UserChanged(active=False))
        assert client.get("/v1/journal").status_code == 401
        assert client.post("/v1/session", json={"user": "ani", "password": PASSWORD}).status_code == 401


def test_refresh_token_is_replaced_by_its_successor(running_server: RunningServer):
    with running_server.client() as client:
        first = log_in(client, "ani")
        second = renewed(client, first.refresh_token)
        third = renewed(client, second.refresh_token)
        assert len({first.refresh_token, second.refresh_token, third.refresh_token}) == 3
        assert refresh(client, first.refresh_token).json()["code"] == "session_revoked"
        assert refresh(client, third.refresh_token).json()["code"] == "session_ended"


def test_refresh_survives_a_lost_response(running_server: RunningServer):
    with running_server.client() as client:
        first = log_in(client, "ani")
        renewed(client, first.refresh_token)  # the response is lost
        again = renewed(client, first.refresh_token)
        renewed(client, again.refresh_token)


def test_refresh_is_idempotent_for_one_attempt(running_server: RunningServer):
    def renew(token: str, attempt: str) -> httpx2.Response:
        return client.post("/v1/session/refresh", json={"refresh_token": token, "attempt": attempt})

    with running_server.client() as client:
        first = log_in(client, "ani").refresh_token
        second, copy = (renew(first, "a" * 43).json()["refresh_token"] for _time in range(2))
        assert second == copy != first
        third = renew(second, "b" * 43).json()["refresh_token"]
        assert renew(first, "a" * 43).json()["code"] == "session_ended"  # a very late request
        assert renew(third, "c" * 43).status_code == 200, "the late copy ended the session"


def test_refresh_token_reuse_ends_the_family(running_server: RunningServer):
    def renew(token: str, attempt: str) -> httpx2.Response:
        return client.post("/v1/session/refresh", json={"refresh_token": token, "attempt": attempt})

    with running_server.client() as client:
        first = log_in(client, "ani").refresh_token
        owners = renew(first, "owner").json()["refresh_token"]
        thiefs = renew(first, "thief").json()["refresh_token"]
        assert owners != thiefs
        assert renew(owners, "next").json()["code"] == "session_revoked"
        assert renew(thiefs, "next").json()["code"] == "session_ended"


def test_refresh_refuses_an_outdated_attempt(running_server: RunningServer):
    def renew(token: str, attempt: str) -> httpx2.Response:
        return client.post("/v1/session/refresh", json={"refresh_token": token, "attempt": attempt})

    with running_server.client() as client:
        first = log_in(client, "ani").refresh_token
        renew(first, "a" * 43)  # the response is lost
        second = renew(first, "b" * 43).json()["refresh_token"]
        late = renew(first, "a" * 43)
        assert (late.status_code, late.json()["code"]) == (401, "session_ended")
        assert renew(second, "c" * 43).status_code == 200


def test_stolen_refresh_token_ends_the_family(running_server: RunningServer):
    with running_server.client() as client:
        first = log_in(client, "ani")
        owners = renewed(client, first.refresh_token)
        thiefs = renewed(client, first.refresh_token)
        assert refresh(client, owners.refresh_token).json()["code"] == "session_revoked"
        assert refresh(client, thiefs.refresh_token).json()["code"] == "session_ended"


def test_forged_access_token_is_refused(running_server: RunningServer):
    tokens = AccessTokens(b"another server's secret")
    token, _expires = tokens.issue("ani", utc_now())
    with running_server.client() as client:
        for bearer in (token, token[:-2], "x", "é", "a.b.c"):
            reply = client.get("/v1/journal", headers={"Authorization": f"Bearer {bearer}".encode()})
            assert reply.status_code == 401


def test_access_token_expires():
    tokens, now = AccessTokens(b"secret"), utc_now()
    token, expires_at = tokens.issue("ani", now)
    assert tokens.user_of(token, now) == "ani"
    assert tokens.user_of(token, expires_at) is None


def test_grant_is_renewed_after_half_its_term(tmp_path):
    moment = [utc_now()]

    def clock() -> datetime:
        return moment[0]

    from tabuah.server.people.enrolment import grant_for

    with ServerJournal.open(tmp_path, clock=clock) as journal:
        user = create_user(journal, name="ani", role=Role.OPERATOR, opd="BPBD", password=PASSWORD)
        device = WritingDevice(httpx2.Client(), "ani")
        device.client.close()
        from tabuah.server.people.enrolment import enrol

        challenges = Challenges(b"secret")
        nonce, _expires_at = challenges.issue("ani", clock())
        request = EnrolRequest(public_key=device.key.public_key.hex(), proof="", nonce=nonce)
        request = sign_enrolment(request, device.key, user="ani", server=journal.server_id)
        first = enrol(journal, EnrolmentPolicy.OPEN, challenges, user, request).grant
        moment[0] += GRANT_TERM / 2 - timedelta(minutes=1)
        assert grant_for(journal, user, device.key.device_id, clock()) == first
        moment[0] += timedelta(minutes=2)
        second = grant_for(journal, user, device.key.device_id, clock())
        assert second.id != first.id
        assert second.expires_at - clock() == GRANT_TERM


def test_grant_follows_the_role(running_server: RunningServer, device: WritingDevice):
    change_user(running_server, "ani", UserChanged(role=Role.SUPERVISOR))
    with running_server.client() as client:
        session = log_in(client, "ani", key=device.key)
    assert session.grant.role is Role.SUPERVISOR
    assert session.grant.id != device.grant


def test_enrolment_refuses_a_foreign_proof(running_server: RunningServer):
    with running_server.client("ani") as client:
        device, other = WritingDevice(client, "ani"), WritingDevice(client, "ani")
        public_key = device.key.public_key.hex()
        nonce = client.post("/v1/devices/challenge").json()["nonce"]
        request = EnrolRequest(public_key=public_key, proof=other.key.sign(b"x").hex(), nonce=nonce)
        reply = client.post("/v1/devices", content=msgspec.json.encode(request))
    assert (reply.status_code, reply.json()["code"]) == (422, "bad_signature")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"nonce": ""}, 426, "outdated"),
        ({"nonce": "1.2.3"}, 409, "stale_challenge"),
        ({"nonce": "x"}, 409, "stale_challenge"),
        ({"public_key": WEAK_KEYS[0]}, 422, "weak_key"),
        ({"written_head": "a" * 64}, 400, "malformed_request"),
        ({"written_before": 10**9, "written_head": "a" * 64}, 400, "malformed_request"),
    ],
)
def test_enrolment_refuses_an_unusable_request(running_server: RunningServer, changes: dict, status: int, code: str):
    with running_server.client("ani") as client:
        reply = WritingDevice(client, "ani").ask_enrolment(**changes)
    assert (reply.status_code, reply.json()["code"]) == (status, code)


def test_enrolment_proof_names_the_chain(running_server: RunningServer):
    with running_server.client("ani") as client:
        device = WritingDevice(client, "ani")
        device.write(incident_report_draft(device.key.tag))
        nonce, server = (client.post("/v1/devices/challenge").json()[name] for name in ("nonce", "server"))
        request = EnrolRequest(public_key=device.key.public_key.hex(), proof="", nonce=nonce)
        request = sign_enrolment(request, device.key, user="ani", server=server)
        more = msgspec.structs.replace(request, written_before=1, written_head=device.head.hash)
        reply = client.post("/v1/devices", content=msgspec.json.encode(more))
    assert (reply.status_code, reply.json()["code"]) == (422, "bad_signature")


def test_enrolment_nonce_belongs_to_one_user_and_expires():
    challenges, now = Challenges(b"secret"), utc_now()
    nonce, expires_at = challenges.issue("ani", now)
    challenges.check(nonce, "ani", now)
    for user, at in (("budi", now), ("ani", expires_at)):
        with pytest.raises(Refusal, match="expired"):
            challenges.check(nonce, user, at)


def test_nonce_is_used_once_and_not_after_a_restart():
    challenges, now = Challenges(b"secret"), utc_now()
    nonce, expires_at = challenges.issue("ani", now)
    challenges.use(nonce, now, by="ani")
    for by in ("ani", "a device"):
        with pytest.raises(Refusal, match="used before"):
            challenges.use(nonce, now, by=by)
    unused, _expires_at = challenges.issue("ani", now)
    with pytest.raises(Refusal, match="expired"):
        Challenges(b"secret").check(unused, "ani", now)
    for _ in range(MAX_USED - 1):
        challenges.use(challenges.issue("ani", now)[0], now, by="ani")
    with pytest.raises(Refusal, match="too many"):
        challenges.use(unused, now, by="ani")
    challenges.use(unused, now, by="budi")
    later, _expires_at = challenges.issue("ani", expires_at)
    challenges.use(later, expires_at, by="ani")


def test_enrolment_proof_is_accepted_once(running_server: RunningServer):
    with running_server.client("ani") as client:
        device = WritingDevice(client, "ani")
        nonce, server = (client.post("/v1/devices/challenge").json()[name] for name in ("nonce", "server"))
        request = EnrolRequest(public_key=device.key.public_key.hex(), proof="", nonce=nonce)
        signed = msgspec.json.encode(sign_enrolment(request, device.key, user="ani", server=server))
        replies = [client.post("/v1/devices", content=signed) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [200, 409]
    assert replies[1].json()["code"] == "stale_challenge"


@pytest.mark.parametrize("is_enrolled", [True, False])
def test_log_in_proof_is_accepted_once(running_server: RunningServer, device: WritingDevice, is_enrolled: bool):
    key = device.key if is_enrolled else DeviceKey.generate()
    with running_server.client() as client:
        nonce, server = (
            client.post("/v1/session/challenge", json={"user": "ani"}).json()[name] for name in ("nonce", "server")
        )
        request = SessionRequest(user="ani", password=PASSWORD, device=key.device_id, nonce=nonce)
        signed = msgspec.json.encode(sign_log_in(request, key, server=server))
        replies = [client.post("/v1/session", content=signed) for _ in range(2)]
        refreshed = [
            client.post("/v1/session/refresh", json={"refresh_token": reply.json()["refresh_token"]})
            for reply in replies
        ]
    assert [reply.status_code for reply in replies] == [200, 200]
    assert (replies[0].json()["grant"] is not None) == is_enrolled
    assert replies[1].json()["grant"] is None  # the second one has proven nothing
    assert {reply.json()["code"] for reply in refreshed} == {"session_unsigned"}


def test_second_user_writes_on_an_enrolled_device(running_server: RunningServer, device: WritingDevice):
    first = device.write(incident_report_draft(device.key.tag))
    running_server.add_user("budi")
    with running_server.client() as client:
        grant = log_in(client, "budi", key=device.key).grant
    assert (grant.user, grant.device) == ("budi", device.key.device_id)
    own, device.user, device.grant = device.grant, "budi", grant.id
    second = device.write(note_draft(first.entry.subject))
    device.grant = own
    forged = device.write(note_draft(first.entry.subject))
    results = device.push(first, second, forged).results
    assert [(r.verdict.value, r.reason) for r in results] == [
        ("accepted", ""),
        ("accepted", ""),
        ("held", "no_grant"),
    ]


def test_enrolment_is_idempotent(running_server: RunningServer, device: WritingDevice):
    head = running_server.journal.head()
    again = device.enrol()
    assert (again.approved, again.grant.id) == (True, device.grant)
    assert running_server.journal.head() == head


def test_enrolment_limits_unapproved_devices(tmp_path):
    with start_server(tmp_path, enrolment=EnrolmentPolicy.APPROVE) as server:
        server.add_user("ani")
        with server.client("ani") as client:
            for _ in range(MAX_WAITING_DEVICES):
                WritingDevice(client, "ani").enrol()
            with pytest.raises(AssertionError, match="too_many_devices"):
                WritingDevice(client, "ani").enrol()


def test_create_user_checks_name_and_password(journal: ServerJournal):
    create_user(journal, name="ani", role=Role.FIELD, opd="Kubung", password=PASSWORD)
    head = journal.head()
    with pytest.raises(WeakPassword):
        create_user(journal, name="budi", role=Role.FIELD, opd="Kubung", password="pendek")
    with pytest.raises(NameTaken):
        create_user(journal, name="ani", role=Role.ADMIN, opd="Kubung", password=PASSWORD)
    for name, role in (("dua kata", Role.FIELD), ("", Role.FIELD), ("budi", Role.SERVER)):
        with pytest.raises(ServerError):
            create_user(journal, name=name, role=role, opd="", password=PASSWORD)
    assert journal.head() == head
    assert journal.authority.users["ani"].role is Role.FIELD


ROLES = [role for role in Role if role is not Role.SERVER]


@pytest.mark.parametrize("role", ROLES)
def test_roles_get_only_their_data(running_server: RunningServer, device: WritingDevice, role: Role):
    first = device.write(incident_report_draft(device.key.tag))
    salt = "ab" * 16
    kept = IncidentNoted(restricted=commitment_to("0812 345", salt))
    noted = device.write(Draft(subject=first.entry.subject, kind="incident.noted", body=encode_body(kept)))
    value = PersonalValue(field="restricted", salt=salt, value="0812 345", entry=noted.entry.id)
    device.push(first, noted, personal=(value,))
    running_server.add_user("orang", role)
    with running_server.client("orang") as client:
        program = client.get("/v1/journal")
        other = WritingDevice(client, "orang")
        other.enrol()
        running_server.authorise(client, "orang", other.key.device_id)
        pull = client.get("/v1/journal")
        verdict = other.push(other.write(note_draft(first.entry.subject))).results[0].verdict
    works = role in (Role.FIELD, Role.OPERATOR, Role.SUPERVISOR)
    assert verdict == ("accepted" if works else "rejected")
    assert pull.status_code == (403 if role is Role.GATEWAY else 200)
    if role is not Role.GATEWAY:
        assert bool(pull.json()["personal"]) is works
        assert program.json()["personal"] == []  # the password alone gives no numbers of callers


def test_uncommitted_personal_value_is_dropped(device: WritingDevice):
    first = device.write(incident_report_draft(device.key.tag))
    values = [
        PersonalValue(field="caller", salt="00" * 16, value="0812", entry=first.entry.id),
        PersonalValue(field="title", salt="zz", value="0812", entry=first.entry.id),
        PersonalValue(field="caller", salt="00" * 16, value="0812", entry="of another request"),
    ]
    device.push(first, personal=tuple(values))
    assert device.pull().personal == ()


def test_personal_values_of_a_rejected_contact_are_neither_kept_nor_delivered(
    running_server: RunningServer, device: WritingDevice
):
    drafts = [register_contact(sample_contact(), PERSONAL, salt=salt * 16) for salt in ("ab", "cd")]
    first, second = (device.write(draft) for draft in drafts)
    values = [
        msgspec.structs.replace(value, entry=chained.entry.id)
        for draft, chained in zip(drafts, (first, second), strict=True)
        for value in draft.personal
    ]
    running_server.authorise(device.client, "ani", device.key.device_id)
    verdicts = [result.verdict.value for result in device.push(first, second, personal=tuple(values)).results]
    assert verdicts == ["accepted", "rejected"]
    assert {value.entry for value in device.pull().personal} == {first.entry.id}
    device.push(first, second, personal=tuple(values))  # again, as a console whose reply was lost
    assert {value.entry for value in device.pull().personal} == {first.entry.id}
    journal = running_server.journal
    kept = journal.read(lambda connection: connection.execute(select(PERSONAL_VALUES.c.entry)).all())
    assert {row.entry for row in kept} == {first.entry.id}
    journal.submit(lambda batch: save_personal(batch.connection, [(1, value) for value in values])).result()
    assert {value.entry for value in device.pull().personal} == {first.entry.id}  # of an earlier version


def test_gateway_may_pull_stations_only(running_server: RunningServer):
    running_server.add_user("kotak", Role.GATEWAY)
    with running_server.client("kotak") as client:
        assert client.get("/v1/journal", params={"subject": "station/SLK-AWLR-03"}).status_code == 200
        for path in ("/v1/journal?subject=incident/1", "/v1/stream", "/v1/blobs/" + "0" * 64):
            assert client.get(path).status_code == 403
