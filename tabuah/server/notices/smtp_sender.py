"""E-mail through a mail server (RFC 5321), with STARTTLS or TLS."""

import contextlib
import smtplib
import socket
import ssl
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from pathlib import Path
from typing import Final

from tabuah.operations.notices.channels import SmtpChannel, SmtpSecurity
from tabuah.resources.fault_isolation import DATA_FAULTS
from tabuah.resources.localisation import _
from tabuah.server.notices.message_sender import DeliveryFailed, NoticeMessage

TIMEOUT_S: Final = 15.0
_PERMANENT: Final = 500


class _MailPolicy(EmailPolicy):
    """The policy of mails. A header with a Message-ID stays one line.

    The policies of Python encode one of more than 66 characters (RFC 2047), as those of Outlook are. Then no mail
    program knows the mail that is answered.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return the lines of a header."""
        if name in ("In-Reply-To", "References"):
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_POLICY: Final = _MailPolicy(linesep=SMTP.linesep)


class SmtpMessageSender:
    """Keeps its connection until a failure or `close`."""

    def __init__(self, channel: SmtpChannel, secret: str, directory: Path) -> None:
        self._channel, self._secret, self._directory = channel, secret, directory
        self._smtp: smtplib.SMTP | None = None

    def send(self, message: NoticeMessage) -> str:
        """Send an e-mail and return the answer of the mail server, which usually has its queue id.

        Raises:
            DeliveryFailed: it was not accepted.
        """
        if not message.address.isascii():
            raise DeliveryFailed(_("the address is not plain ASCII"), permanent=True)
        try:
            content = _email(self._channel.sender, message).as_bytes()
        except DATA_FAULTS as error:  # of the parser of addresses, for texts that are none
            raise DeliveryFailed(_("the address or the text cannot be written in a mail"), permanent=True) from error
        try:
            smtp = self._connected()
            _check(smtp.mail(self._channel.sender))
            _check(smtp.rcpt(message.address), of_recipient=True)
            code, answer = smtp.data(content)
            _check((code, answer), of_recipient=True)
        except DeliveryFailed:
            self._reset()
            raise
        except (smtplib.SMTPException, OSError, UnicodeError) as error:  # UnicodeError: a host that is no name
            self._drop()
            raise _failure(error) from error
        return _text(answer)

    def abort(self) -> None:
        """End a transfer that runs."""
        connection = self._smtp.sock if self._smtp is not None else None
        if connection is not None:
            with contextlib.suppress(OSError):  # it may be closed already
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Say goodbye to the mail server."""
        if self._smtp is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
        self._drop()

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is not None and self._smtp.sock is not None and self._answers(self._smtp):
            return self._smtp
        self._drop()
        channel = self._channel
        context = ssl.create_default_context(cafile=self._directory / channel.ca_file if channel.ca_file else None)
        if channel.security is SmtpSecurity.TLS:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(channel.host, channel.port, timeout=TIMEOUT_S, context=context)
        else:
            smtp = smtplib.SMTP(channel.host, channel.port, timeout=TIMEOUT_S)
        self._smtp = smtp
        if channel.security is SmtpSecurity.STARTTLS:
            smtp.starttls(context=context)
        if channel.user:
            smtp.login(channel.user, self._secret)
        smtp.ehlo_or_helo_if_needed()
        return smtp

    @staticmethod
    def _answers(smtp: smtplib.SMTP) -> bool:
        """Return whether an open connection still works: a mail server closes one without use."""
        try:
            return smtp.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def _reset(self) -> None:
        try:
            if self._smtp is not None:
                self._smtp.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None


def _email(sender: str, message: NoticeMessage) -> EmailMessage:
    email = EmailMessage(policy=_POLICY)
    email["From"] = sender
    email["To"] = message.address
    _check_recipient(message.address, email)
    email["Subject"] = " ".join(message.title.split())
    email["Date"] = format_datetime(message.sent_at)
    email["Message-ID"] = f"<{message.key}@{sender.rpartition('@')[2]}>"  # the same at each attempt
    if message.reply_to:
        email["In-Reply-To"] = email["References"] = message.reply_to
    if not message.is_answer:
        email["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer of a vacation program
    email.set_content(message.text)
    return email


def _check_recipient(address: str, email: EmailMessage) -> None:
    """Refuse a text that is not exactly one address. Some versions of Python only mark such a header as defective."""
    header = email["To"]
    if header.defects or [each.addr_spec for each in header.addresses] != [address]:
        raise ValueError("not one address")


def _check(answer: tuple[int, bytes], *, of_recipient: bool = False) -> None:
    code, text = answer
    if code not in (250, 251):
        raise DeliveryFailed(f"SMTP {code}", _text(text), permanent=of_recipient and code >= _PERMANENT)


def _failure(error: Exception) -> DeliveryFailed:
    if isinstance(error, smtplib.SMTPResponseException):
        return DeliveryFailed(f"SMTP {error.smtp_code}", _text(error.smtp_error))
    if isinstance(error, TimeoutError):
        return DeliveryFailed(_("no response in time"))
    if isinstance(error, smtplib.SMTPException):
        return DeliveryFailed(type(error).__name__, str(error).strip())
    return DeliveryFailed(str(error).strip() or type(error).__name__)


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())[:200]
