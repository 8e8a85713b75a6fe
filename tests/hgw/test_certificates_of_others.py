"""Whom the server speaks to over TLS has to show who it is: else nothing of a mail leaves, nor a secret of single sign-on.

The database: tests/hgw/storage/test_certificate_of_database.py.
"""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage, mailers
from django.test import Client

from hgw import environment
from tests.hgw.fake_provider import FakeProvider
from tests.hgw.going_elsewhere import come_back, leads_to, start
from tests.hgw.server_of_school import certificate

pytestmark = pytest.mark.once
TEXT, PERSON, PASSWORD = "Een nieuw wachtwoord kies je hier.", "iemand@mail.test", "van-de-school"


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for the name `localhost`, and its key."""
    return certificate(tmp_path_factory.mktemp("shown"), "localhost")


def as_server(shown: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*shown)
    return context


class MailServer:
    """Takes mail as a mail server does, and remembers every line it was sent."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self.context, self.heard = context, ""
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        line, _ = self.socket.accept()
        try:
            line.sendall(b"220 mail.test\r\n")
            while said := self._line(line):
                word = said.split()[0].upper()
                offered = (
                    b"250-mail.test\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n" if self.context else b"250 mail.test\r\n"
                )
                answers = {
                    "EHLO": offered,
                    "STARTTLS": b"220 go on\r\n",
                    "AUTH": b"235 yes\r\n",
                    "DATA": b"354 go on\r\n",
                }
                line.sendall(answers.get(word, b"250 yes\r\n"))
                if word == "STARTTLS" and self.context:
                    line = self.context.wrap_socket(line, server_side=True)
                if word == "DATA":
                    while self._line(line) != ".":
                        pass
                    line.sendall(b"250 yes\r\n")
        except OSError:
            pass  # the other side went
        finally:
            line.close()

    def _line(self, line: socket.socket) -> str:
        said = b""
        while not said.endswith(b"\n") and (more := line.recv(1)):
            said += more
        self.heard += said.decode(errors="replace")
        return said.decode(errors="replace").strip()

    def close(self) -> None:
        self.socket.close()
        self.thread.join(30)


@pytest.fixture
def mail_server(
    request: pytest.FixtureRequest, shown: tuple[Path, Path], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MailServer]:
    """As `HGW_SMTP` of a school names it: at this host, with this certificate or with no TLS at all."""
    host, has_tls = request.param
    server = MailServer(as_server(shown) if has_tls else None)
    monkeypatch.setenv("HGW_SMTP", f"smtp://school:{PASSWORD}@{host}:{server.port}")
    settings.MAILERS = {"default": environment.mailer()}
    yield server
    server.close()


def send() -> None:
    mailer = mailers["default"]  # what `send_mail` takes
    try:
        mailer.send_messages([EmailMessage("HGW", TEXT, "hgw@mail.test", [PERSON])])
    finally:
        mailer.close()


def nothing_left(server: MailServer) -> None:
    """Not the text, not for whom it is, not the password at the mail server: no more than a greeting."""
    server.close()
    assert {line.split()[0].upper() for line in server.heard.splitlines() if line.isascii()} <= {
        "EHLO",
        "STARTTLS",
        "QUIT",
    }
    assert not any(word in server.heard for word in (TEXT, PERSON, PASSWORD, "AUTH"))


@pytest.mark.parametrize("mail_server", [("localhost", True)], indirect=True)
def test_mail_waits_for_a_server_that_somebody_vouches_for(
    mail_server: MailServer, shown: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(shown[0]))
    send()
    mail_server.close()
    assert TEXT in mail_server.heard
    assert mail_server.heard.index("STARTTLS") < mail_server.heard.index("AUTH") < mail_server.heard.index(PERSON)


@pytest.mark.parametrize("mail_server", [("localhost", True)], indirect=True)
def test_no_mail_goes_to_a_server_that_nobody_vouches_for(mail_server: MailServer) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="self-signed"):
        send()
    nothing_left(mail_server)


@pytest.mark.parametrize("mail_server", [("127.0.0.1", True)], indirect=True)
def test_no_mail_goes_to_a_server_of_another_name(
    mail_server: MailServer, shown: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(shown[0]))
    with pytest.raises(ssl.SSLCertVerificationError, match="not valid for"):
        send()
    nothing_left(mail_server)


@pytest.mark.parametrize("mail_server", [("localhost", False)], indirect=True)
def test_no_mail_goes_in_plain_text(mail_server: MailServer) -> None:
    with pytest.raises(smtplib.SMTPNotSupportedError):
        send()
    nothing_left(mail_server)


@pytest.fixture
def over_tls(fake: FakeProvider, shown: tuple[Path, Path], settings: Any) -> FakeProvider:
    """The provider of these tests, over https and with a certificate of its own making."""
    fake.server.socket = as_server(shown).wrap_socket(fake.server.socket, server_side=True)
    fake.address = fake.issuer = f"https://localhost:{fake.server.server_address[1]}"
    settings.SINGLE_SIGN_ON = fake.providers()
    return fake


@pytest.mark.django_db
def test_a_provider_that_nobody_vouches_for_is_asked_nothing(
    over_tls: FakeProvider, shown: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert start(Client(), "gewoon").status_code == 503
    browser = Client()
    assert come_back(browser, over_tls.signs_in(leads_to(start(browser, "wilg")))).status_code == 503
    assert over_tls.asked == []
    monkeypatch.setattr("hgw.accounts.single_sign_on.protocol.LEFT_ALONE_FOR", 0)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(shown[0]))
    assert leads_to(start(Client(), "gewoon")).startswith(over_tls.address)
    assert over_tls.asked == ["/.well-known/openid-configuration"]
