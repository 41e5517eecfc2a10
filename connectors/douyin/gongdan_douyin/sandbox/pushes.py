"""What the platform pushes when an after-sale changes, signed as the documents say.

Written from the documentation, on purpose without the connector's own checking.
"""

from __future__ import annotations

import hashlib
import hmac
import json

from gongdan.sandbox import Case, Json, Outgoing, World

from .access import APP_KEY, APP_SECRET

_ARBITRATION = range(212, 219)


class Pushes:
    """Makes the messages of one app and leaves them with the world, which delivers them.

    Attributes:
        sign_method: "md5", or "hmac-sha256" where the console is switched to it.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._count = 0
        self.sign_method = "md5"

    def announce(self, case: Case, tag: int) -> None:
        """Tell of one change; nothing where nobody listens."""
        if not self._world.push_url:
            return
        self._count += 1
        number = f"{case.id}:{self._count}:{int(self._world.clock.now().timestamp())}"
        body = self.body(str(tag), number, _data(case, tag))
        self._world.outgoing.append(self.signed(body))

    def probe(self) -> None:
        """Send what the console sends when the address is saved."""
        at = self._world.clock.now().isoformat()
        self._world.outgoing.append(self.signed(_dump([{"tag": "0", "msg_id": "0", "data": at}])))

    def body(self, tag: str, number: str, data: Json) -> bytes:
        """The body of one message."""
        return _dump([{"tag": tag, "msg_id": number, "data": _dump(data).decode()}])

    def signed(self, body: bytes) -> Outgoing:
        """A push with its headers."""
        text = APP_KEY.encode() + body + APP_SECRET.encode()
        if self.sign_method == "md5":
            sign = hashlib.md5(text, usedforsecurity=False).hexdigest()
        else:
            sign = hmac.new(APP_SECRET.encode(), text, hashlib.sha256).hexdigest()
        headers = {"app-id": APP_KEY, "event-sign": sign, "content-type": "application/json"}
        return Outgoing(self._world.push_url, headers, body)


def _data(case: Case, tag: int) -> Json:
    fields = case.newest.fields
    data: Json = {
        "aftersale_id": int(case.id),
        "aftersale_status": fields["aftersale_status"],
        "aftersale_type": fields["aftersale_type"],
        "p_id": int(str(fields["order_id"])),
        "s_id": int(str(fields["sku_order_id"])),
        "shop_id": int(case.shop),
    }
    if tag in _ARBITRATION:
        arbitrated = ("arbitrate_id", "arbitrate_status")
        return {**data, **{name: fields[name] for name in arbitrated}}
    return {**data, "refund_amount": fields["refund_amount"]}


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
