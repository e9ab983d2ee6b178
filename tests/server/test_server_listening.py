"""Where a server may listen."""

from pathlib import Path

import pytest
from certificates import write_certificate

from tabuah.server.errors import AddressInUse, InsecureAddress, UnusableDirectory
from tabuah.server.listening import Address
from tabuah.server.service import ServerSettings
from tabuah.server.sessions.enrolling import EnrolmentPolicy


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.3.2.1"])
def test_plain_http_is_for_this_machine(host: str, tmp_path: Path):
    settings = ServerSettings(directory=tmp_path, address=Address(host=host))
    assert settings.policy is EnrolmentPolicy.OPEN


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "pusdalops.example", "::", ""])
def test_plain_http_goes_no_further(host: str):
    with pytest.raises(InsecureAddress, match="--certificate"):
        Address(host=host)


def test_with_a_certificate_devices_need_approval_unless_said_otherwise(tmp_path: Path):
    certificate, key = write_certificate(tmp_path)
    address = Address(host="0.0.0.0", certificate=certificate, key=key)
    assert ServerSettings(directory=tmp_path, address=address).policy is EnrolmentPolicy.APPROVE
    opened = ServerSettings(directory=tmp_path, address=address, enrolment=EnrolmentPolicy.OPEN)
    assert opened.policy is EnrolmentPolicy.OPEN


def test_half_a_certificate_is_refused(tmp_path: Path):
    certificate, _key = write_certificate(tmp_path)
    with pytest.raises(InsecureAddress):
        Address(certificate=certificate)
    with pytest.raises(UnusableDirectory):
        Address(certificate=certificate, key=tmp_path / "missing.pem")


def test_an_address_that_is_taken_or_not_ours_is_told():
    with Address(port=0).listen() as taken:
        port = taken.getsockname()[1]
        assert Address(port=port).url_of(taken) == f"http://127.0.0.1:{port}"
        with pytest.raises(AddressInUse, match=str(port)):
            Address(port=port).listen()
