"""Text about confirmed notices."""

from datetime import timedelta

from support.contact_samples import sample_contact
from support.notice_servers import START

from tabuah.operations.notices.acknowledgement import NoticeAcknowledgement
from tabuah.text.notices.confirmations import describe_confirmations


def confirmed(number: int) -> NoticeAcknowledgement:
    contact, at = sample_contact(number).id, START + timedelta(minutes=number)
    return NoticeAcknowledgement(id=str(number), contact=contact, channel="sms", alarms=("a",), acknowledged_at=at)


def test_confirmations_name_three_contacts_and_count_the_others():
    contacts = {each.id: each for each in (sample_contact(n, name=f"Camat {n}") for n in range(1, 5))}
    found = describe_confirmations([confirmed(n) for n in range(1, 6)], contacts, START)
    assert all(f"Camat {n} " in found for n in (1, 2, 3))
    assert "Camat 4" not in found
    assert "2" in found.rpartition(",")[2]


def test_confirmation_of_an_unknown_contact_has_its_id():
    notice = confirmed(1)
    assert notice.contact in describe_confirmations([notice], {}, START)
    assert describe_confirmations([], {}, START) == ""
