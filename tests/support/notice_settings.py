"""Settings of notices and messages with a literal secret, the number of a person, and a comment."""

from typing import Final

CONTACT: Final = "01a0c1de-0000-7000-8000-000000000001"
NOTICES_TOML: Final = f"""\
# sandi lama: gunung
exercise_contacts = []

[[channel]]
name = "sms"
kind = "http"
url = "https://sms.example.org/messages"
headers = {{ Authorization = "Bearer kunci-rahasia-77" }}
json = {{ to = "{{recipient}}", message = "{{text}}" }}
[channel.addresses]
"{CONTACT}" = "+6281234567890"

[[channel]]
name = "surel"
kind = "smtp"
host = "smtp.example.org"
user = "tabuah"
secret_file = "smtp-password"
sender = "tabuah@example.org"

[[recipient]]
name = "pimpinan"
channels = ["surel", "sms"]
functions = ["camat"]

[limits]
messages = 10
"""
MESSAGES_TOML: Final = """\
# sandi lama: talang
[limits]
answers_an_hour = 10

[[message]]
account = "surel-pusdalops"
answer_channel = "surel"
[message.imap]
host = "imap.example.org"
user = "pusdalops@example.org"
secret_file = "imap-password"
interval_s = 60
"""
