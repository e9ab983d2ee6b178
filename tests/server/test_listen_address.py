"""Listening addresses of the server."""

from pathlib import Path

import pytest
from support.certificates import write_certificate

from tabuah.server.errors import AddressInUse, InsecureAddress, UnusableDirectory
from tabuah.server.listen_address import ListenAddress
from tabuah.server.people.enrolment import EnrolmentPolicy
from tabuah.server.service import ServerSettings


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.3.2.1"])
def test_plain_http_is_allowed_on_loopback(host: str, tmp_path: Path):
    settings = ServerSettings(directory=tmp_path, address=ListenAddress(host=host))
    assert settings.policy is EnrolmentPolicy.OPEN


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "pusdalops.example", "::", ""])
def test_plain_http_is_refused_beyond_loopback(host: str):
    with pytest.raises(InsecureAddress, match="--certificate"):
        ListenAddress(host=host)


def test_enrolment_policy_follows_the_address(tmp_path: Path):
    certificate, key = write_certificate(tmp_path)
    address = ListenAddress(host="0.0.0.0", certificate=certificate, key=key)
    assert ServerSettings(directory=tmp_path, address=address).policy is EnrolmentPolicy.APPROVE
    opened = ServerSettings(directory=tmp_path, address=address, enrolment=EnrolmentPolicy.OPEN)
    assert opened.policy is EnrolmentPolicy.OPEN


def test_certificate_needs_its_key(tmp_path: Path):
    certificate, _key = write_certificate(tmp_path)
    with pytest.raises(InsecureAddress):
        ListenAddress(certificate=certificate)
    with pytest.raises(UnusableDirectory):
        ListenAddress(certificate=certificate, key=tmp_path / "missing.pem")


def test_listen_address_reports_unusable_port():
    with ListenAddress(port=0).listen() as taken:
        port = taken.getsockname()[1]
        assert ListenAddress(port=port).url_of(taken) == f"http://127.0.0.1:{port}"
        with pytest.raises(AddressInUse, match=str(port)):
            ListenAddress(port=port).listen()
