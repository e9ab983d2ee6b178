"""Errors of files of settings, in the language of the user."""

import re
import tomllib

import msgspec
import pytest

from tabuah.operations.feeds.sources import InvalidFeedSources, read_sources
from tabuah.operations.gateways.configuration import BadConfiguration, read_configuration
from tabuah.operations.messages.mapping_file import BadMessageMappings, read_message_settings
from tabuah.operations.notices.settings import InvalidNoticeSettings, read_notice_settings
from tabuah.resources.localisation import set_language
from tabuah.resources.regency_profile import InvalidProfile, decode_profile
from tabuah.text.file_errors import describe_file_error, describe_file_message
from tabuah.text.regency.profile_problems import describe_invalid

ENGLISH = re.compile(
    r"\b(Expected|Invalid|Unclosed|Unterminated|Cannot|Duplicate|Illegal|at line|end of|the|is|no)\b"
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a", "di bagian akhir: diharapkan = setelah nama"),
        ("\na = tru", "baris 2, kolom 5: diharapkan nilai"),
        ("a = [1, 2", "diharapkan ]"),
        ("a = {b = 1", "kurung kurawal"),
        ('a = "x', "tanda kutip"),
        ("a = '''x", "diharapkan '''"),
        ("[a", "diharapkan ]"),
        ("a = 1\na = 2", "sudah memiliki nilai"),
        ("a = {b = 1, b = 2}", "nama yang sama"),
        ("[a]\n[a]", "tabel yang sama"),
        ('a = "\\q"', "tulis dua kali"),
        ("a = 1 b", "diharapkan akhir baris"),
        ("= 3", "diharapkan nama"),
        ('a = "\x01"', "tidak diizinkan"),
        ("a = 2026-13-01", "baris 1, kolom 9"),
    ],
)
def test_toml_error_names_place_and_expectation(text: str, shown: str):
    with pytest.raises(tomllib.TOMLDecodeError) as found:
        tomllib.loads(text)
    told = describe_file_error(found.value)
    assert shown in told
    assert not ENGLISH.search(told)


def test_unknown_message_is_quoted_after_a_lead():
    told = describe_file_message("Something new (at line 3, column 1)")
    assert told == "baris 3, kolom 1: bukan TOML yang sah: “Something new”"
    assert describe_file_message("Invalid gadget") == "tidak sah: “Invalid gadget”"
    assert describe_file_message("kalimat kita sendiri") == "kalimat kita sendiri"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('[[gateway]]\nname = 5\ntopic = "a"', "diharapkan"),
        ('[[gateway]]\nname = "x"\ntopic = "a#b"', "gateway “x”: “a#b” bukan filter topik"),
        ('[[gateway]]\nname = "x"\ntopic = "a"', "gateway “x”: baik topik"),
        ("[[gateway]", "baris 1, kolom"),
    ],
)
def test_error_of_gateways_is_translated(text: str, shown: str):
    with pytest.raises(BadConfiguration) as found:
        read_configuration(text)
    assert shown in describe_file_error(found.value)


CHANNEL = '[[channel]]\nname = "a"\nkind = "http"\nurl = "https://a.example.org"\n'
MAILBOX = '[[message]]\naccount = "a"\n[message.imap]\nhost = "a.example.org"\nuser = "a"\n'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[[channel]]\nname = 3\nkind = 'http'\nurl = 'x'", "diharapkan"),
        ("[[channel]]\nname = 'a'\nuse = 'zenziva'", "tidak ada templat “zenziva”"),
        (CHANNEL + CHANNEL, "“a” muncul dua kali"),
        (CHANNEL + "form = {a = '1'}\njson = {a = '1'}", "channel “a”: pilih form atau json"),
        (CHANNEL + "headers = {a = '{text}'}", "channel “a”: headers: {text} bukan penanda isian"),
        (CHANNEL + "values = {text = 'x'}", "values: {text} sudah"),
        (CHANNEL + "json = {a = 2026-01-01}", "bukan nilai JSON"),
        (CHANNEL + "method = 'GET'\nform = {a = '1'}", "permintaan GET"),
        (CHANNEL + "user = 'a'", "user memerlukan secret_file"),
        (CHANNEL + "query = {a = '{user}'}", "{user} memerlukan user"),
        (CHANNEL + "secret_file = 'a'\nsecret_env = 'A'", "pilih secret_file atau secret_env"),
        (CHANNEL.replace("//a.", "//a:x."), "url bukan alamat"),
        ("[[channel]]\nname='t'\nkind='telegram'", "token bot memerlukan"),
        (
            "[[channel]]\nname='t'\nkind='telegram'\nsecret_env='A'\naddresses.01a0c1de-0000-7000-8000-000000000001='x'",
            "bukan @nama",
        ),
        ("[[channel]]\nname='s'\nkind='smtp'\nhost='a'\nsender='a@b'\nsecurity='none'", "tanpa TLS"),
        ("public_url = 'http://a.example.org'", "public_url: alamat harus diawali https://"),
        ("public_url = 'https://a.example.org/?a=1'", "public_url: tulis nama host"),
        (CHANNEL + "[[recipient]]\nname='r'\nchannels=['b']\nduty=true", "recipient “r”: tidak ada saluran “b”"),
        (CHANNEL + "[[recipient]]\nname='r'\nchannels=['a']\nduty=true\noccasions=['test']", "uji coba"),
    ],
)
def test_error_of_notices_is_translated(text: str, shown: str):
    with pytest.raises(InvalidNoticeSettings) as found:
        read_notice_settings(text)
    told = describe_file_error(found.value)
    assert shown in told
    assert not ENGLISH.search(told)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[[message]]\naccount = 3", "[[message]] 1: account: yang diharapkan"),
        ("[[message]]\naccount = 'a'\nchannel = 'sms'", "[[message]] 1: “text” "),
        ("[[message]]\naccount = 'a'\nuse = 'signal'", "[[message]] 1: tidak ada pemetaan “signal”"),
        ("[[message]]\naccount='a'\nuse='cap'\n" * 2, "akun “a” tertulis dua kali"),
        (MAILBOX, "[[message]] 1: imap: sebutkan kata sandi"),
        (MAILBOX + "secret_file = 'x'\nsecurity = 'none'", "[[message]] 1: imap: security = none hanya"),
        (
            "".join(MAILBOX.replace('"a"', f'"a{n}"', 1) + "secret_file = 'x'\n" for n in range(21)),
            "ada lebih dari 20 kotak surat",
        ),
        ("[limits]\nanswers_an_hour = 0", "paling kecil 1"),
    ],
)
def test_error_of_messages_is_translated(text: str, shown: str):
    with pytest.raises(BadMessageMappings) as found:
        read_message_settings(text)
    told = describe_file_error(found.value)
    assert shown in told
    assert not ENGLISH.search(told)


def test_error_of_feeds_is_translated():
    with pytest.raises(InvalidFeedSources) as found:
        read_sources("[[feed]]\nname = 3")
    assert not ENGLISH.search(describe_file_error(found.value))


@pytest.mark.parametrize("text", ["name = ", "name = 3", "nama = 'Solok'"])
def test_error_of_profile_is_translated(text: str):
    with pytest.raises(InvalidProfile) as found:
        decode_profile(text)
    assert not ENGLISH.search(describe_invalid(found.value))


def test_errors_of_disk_and_encoding_are_described():
    with pytest.raises(UnicodeDecodeError) as found:
        b"ab\xff".decode()
    assert "UTF-8" in describe_file_error(found.value)
    assert "bersarang" in describe_file_error(RecursionError())
    with pytest.raises(msgspec.ValidationError) as wrong:
        msgspec.convert({"a": "x"}, dict[str, int])
    assert not ENGLISH.search(describe_file_error(wrong.value))


def test_english_message_is_plain_too():
    set_language("en")
    assert (
        describe_file_message("Unclosed array (at end of document)") == "at its end: expected ] at the end of a list"
    )
