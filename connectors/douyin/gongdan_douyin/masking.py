"""Sealed values as the platform shows them, half hidden.  Nothing is decrypted here.

Source:
    the Douyin notes, section 7.1: `order.batchSensitive`, at most fifty values a request, each
    with the id of its order.
    Not stated there: the name of the answer's list and of the masked text in it.  Taken as those
    of `order.batchDecrypt`: `decrypt_infos`, `decrypt_text`.
"""

from __future__ import annotations

import msgspec

from gongdan import Fields, Raw, Shop

from .client import DouyinSettings
from .sealed import is_sealed

MOST = 50  # values in one request
_CASE_FIELDS = (
    "post_receiver",
    "encrypt_post_receiver",
    "post_tel_sec",
    "encrypt_post_tel_sec",
    "post_address.detail",
)


def sealed_values(data: Fields) -> list[str]:
    """Return the ciphertexts of an after-sale's detail, each once."""
    case = data.part("process_info.after_sale_info")
    texts = [case.text(path) for path in _CASE_FIELDS]
    found = (text for text in texts if isinstance(text, str) and is_sealed(text))
    return list(dict.fromkeys(found))[:MOST]


def masked(shop: Shop[DouyinSettings], data: Fields) -> list[Raw]:
    """Return, for each sealed value that the platform masked, `{"text": "18*******64"}`."""
    order = data.part("order_info").id("shop_order_id")
    infos = [{"auth_id": order, "cipher_text": text} for text in sealed_values(data)]
    reply = shop.call("order.batchSensitive", {"cipher_infos": infos})
    texts = [part.text("decrypt_text") for part in reply.body.items("data.decrypt_infos")]
    shown = [text for text in texts if isinstance(text, str) and not is_sealed(text)]
    return [Raw(msgspec.json.encode({"text": text})) for text in shown]
