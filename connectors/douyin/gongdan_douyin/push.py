"""Messages that the platform pushes: checked, and taken as hints that a case is to be read.

A push tells what happened, not how the case is: every one only brings the reading of its case
forward.  Polling remains the truth.

Source:
    the Douyin notes, section 6.
    Not stated there:
    - whether a header names the way of signing.  The length of the signature tells: 32 digits are
      MD5, 64 are HMAC-SHA256;
    - whether ids of messages are unique among tags.  A message is taken once by tag and id;
    - how often, and for how long, a push that failed comes again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator

from gongdan import BadField, BadSignature, Delivery, Event, Fields, Parcel, ProtocolError

from .client import DouyinSettings

ANSWER = b'{"code":0,"msg":"success"}'
PROBE = "0"
# Refunds and arbitration; 137 (a picture's audit) and 100 … (orders) are answered and left alone.
AFTERSALE_TAGS = frozenset(
    str(tag) for tag in (*range(200, 210), *range(211, 219), *range(224, 228))
)


def receive(settings: DouyinSettings, parcel: Parcel) -> Delivery:
    """Return the cases that a push is about.

    Raises:
        BadSignature: it is not from the platform, or for another app; said without a digest.
        ProtocolError: the platform's own signature over something that is no push.
    """
    headers = {name.lower(): value for name, value in parcel.headers.items()}
    if headers.get("app-id", settings.app_key) != settings.app_key:
        raise BadSignature("the push is for another app")
    check_signature(settings, headers.get("event-sign", ""), parcel.body)
    return Delivery(list(_events(parcel.body)), ANSWER)


def check_signature(settings: DouyinSettings, sign: str, body: bytes) -> None:
    """Check the signature over the very bytes that came, in constant time.

    Raises:
        BadSignature: it is missing or wrong.
    """
    secret = settings.app_secret.reveal().encode()
    text = settings.app_key.encode() + body + secret
    if len(sign) == 64:
        right = hmac.new(secret, text, hashlib.sha256).hexdigest()
    else:
        right = hashlib.md5(text, usedforsecurity=False).hexdigest()
    if not hmac.compare_digest(sign.lower().encode("utf-8", "replace"), right.encode()):
        raise BadSignature("the push carries no signature of the platform's")


def _events(body: bytes) -> Iterator[Event]:
    """Yield an event a message; a list in the new form, one object in the old."""
    wrapped = b'{"pushes":' + (body if body.lstrip()[:1] == b"[" else b"[" + body + b"]") + b"}"
    try:
        messages = Fields.of(wrapped).items("pushes")
    except BadField as error:
        raise ProtocolError(f"a push that is no list of messages: {error}") from error
    for message in messages:
        event = _event(message)
        if event is not None:
            yield event


def _event(message: Fields) -> Event | None:
    tag = _text(message, "tag")
    if tag == PROBE or tag not in AFTERSALE_TAGS:
        return None
    data = _data(message)
    name = "aftersale_id" if "aftersale_id" in data else "after_sale_id"
    case, shop = _text(data, name), _text(data, "shop_id")
    if not case or not shop:
        return None  # nothing to read; the list will show it
    key = _text(message, "msg_id") or _text(message, "msgId") or _digest(data)
    return Event(shop=shop, stream="aftersale", id=case, key=f"{tag}:{key}")


def _data(message: Fields) -> Fields:
    """Return what the message says: JSON as text in the new form, an object in the old."""
    value = message.get("data")
    if isinstance(value, str):
        return Fields.of(value.encode("utf-8", "replace"))
    return message.part("data")


def _text(fields: Fields, path: str) -> str:
    value = fields.text(path)
    return value.strip().strip('"') if isinstance(value, str) else ""


def _digest(data: Fields) -> str:
    text = json.dumps(dict(data.value), sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
