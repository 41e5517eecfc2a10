"""Alerts by e-mail: smtplib's one door.

The address is `smtps://user@host` (465), `smtp://user@host` (587, goes over to TLS), or
`smtp+plain://host:25` for a server on this machine; the password is the secret.
"""

from __future__ import annotations

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ..errors import ConfigError, NotSent, Refused, Transient

if TYPE_CHECKING:
    from .robot import Robot

_PORTS = {"smtps": 465, "smtp": 587, "smtp+plain": 25}


def send(robot: Robot, title: str, text: str, now: datetime, wait_s: float) -> None:
    """Send one mail to all it is for.

    Raises:
        ConfigError: the address is none.
        NotSent: no connection.
        Refused: the server takes the login, the sender or an addressee not.
        Transient: it broke off.
    """
    try:
        parts = urlsplit(robot.url.reveal().strip())
        host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        host = port = None
    if not host or port is None:
        raise ConfigError("its url must be smtps://user@host, smtp://… or smtp+plain://…")
    mail = _mail(robot, title, text, now)
    try:
        with _server(parts.scheme, host, port, wait_s) as server:
            if parts.username:
                server.login(unquote(parts.username), robot.secret.reveal())
            server.send_message(mail)
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        raise Refused(f"{host} refuses it: {_code(error)}") from None
    except smtplib.SMTPNotSupportedError:
        raise Refused(f"{host} offers no TLS or no login: try smtps://, or smtp+plain://") from None
    except (ConnectionRefusedError, TimeoutError) as error:
        raise NotSent(
            f"cannot connect to {host}: {error.strerror or 'no answer in time'}"
        ) from None
    except UnicodeError:  # from None: what it says may quote the password
        raise ConfigError("its host, user, password and addresses must be ASCII") from None
    except ssl.SSLError as error:
        raise Refused(f"{host}: TLS fails: {error.reason}") from None
    except (OSError, smtplib.SMTPException) as error:
        raise Transient(f"{host}: the connection broke ({type(error).__name__})") from None


def _server(scheme: str, host: str, port: int, wait_s: float) -> smtplib.SMTP:
    if scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, port, timeout=wait_s, context=context)
    server = smtplib.SMTP(host, port, timeout=wait_s)
    if scheme == "smtp":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _mail(robot: Robot, title: str, text: str, now: datetime) -> EmailMessage:
    mail = EmailMessage()
    try:
        mail["From"], mail["To"] = robot.sender, ", ".join(robot.to)
    except ValueError:
        raise ConfigError("sender and to must be addresses") from None
    mail["Subject"], mail["Date"] = title, format_datetime(now)
    mail["Message-ID"] = make_msgid(domain="gongdan.invalid")
    mail.set_content(text)
    return mail


def _code(error: smtplib.SMTPException) -> str:
    """Return the server's code only: its words may quote an address."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} ({type(error).__name__.removeprefix('SMTP')})"
    return "no addressee is taken"
