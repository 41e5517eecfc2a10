"""The messages of a refund: read them, add one.

Source:
    the TOP notes, section 4.4 and A.2.  Not stated there: the order of the messages
    (here oldest first), whether a closed refund takes one (here it does, R73), and the sub-codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from zlib import crc32

from msgspec.structs import replace

from gongdan.sandbox import Message, World

from .api import Api, Apis, Asked
from .moment import written
from .picture import MOST_BYTES, kind
from .refunds import Refunds
from .refusal import Body, Refusal, invalid, missing, remote
from .rows import spoil
from .seller import Seller
from .shape import only

ROLES = {"buyer": "1", "merchant": "2", "platform": "3"}
PHASES = ("onsale", "aftersale")
MOST_TEXT_BYTES = 400  # UTF-8; "最大长度: 400个字节"
COLLEAGUE = "您好，您的问题我已在后台处理，请留意站内消息。"


class Thread:
    """`taobao.refund.messages.get` and `taobao.refund.message.add` over the refunds of a world."""

    def __init__(self, world: World, refunds: Refunds) -> None:
        self._world = world
        self._refunds = refunds
        self._last_id = 30_000_000_000

    def apis(self) -> Apis:
        return {
            "taobao.refund.messages.get": Api(self.get, "detail"),
            "taobao.refund.message.add": Api(self.add, "write"),
        }

    def next_id(self) -> str:
        """Return the id of one more message, of no other refund either."""
        self._last_id += 1
        return str(self._last_id)

    def message(self, who: str, text: str, seller: Seller, buyer_nick: str) -> Message:
        """Make a message of now.

        Args:
            who: buyer, merchant, platform or system.
            buyer_nick: as the refund has it.
        """
        nick = {"merchant": seller.nick, "buyer": buyer_nick, "system": "系统"}.get(who, "平台小二")
        owner_id = int(seller.user_id) if who == "merchant" else crc32(nick.encode())
        fields = {"owner_id": owner_id, "owner_nick": nick, "message_type": "NORMAL"}
        return Message(who, text, self._world.clock.second(), self.next_id(), (), fields)

    def get(self, asked: Asked) -> Body:
        call, fields = asked.call, asked.call.fields()
        case, version = self._refunds.find(asked)
        phase = call.one_of("refund_phase", PHASES)
        if asked.seller.tmall and not phase:
            raise missing("refund_phase")
        if phase and phase != version.fields["refund_phase"]:
            raise remote("isv.refund-not-exist", f"该阶段没有退款单：{phase}")
        page, size = call.number("page_no", 1), call.number("page_size", 40, 100)
        told = version.messages[(page - 1) * size : page * size]
        rows = [only(_row(message, case.id, version.fields), fields) for message in told]
        spoil(rows, asked.strikes)
        return {"refund_messages": rows, "total_results": len(version.messages)}

    def add(self, asked: Asked) -> Body:
        """Add the seller's message; the same one again is added again.

        The fault `new-round` changes nothing here: a refund has no rounds.
        """
        text = asked.call.required("content")
        if len(text.encode("utf-8", "replace")) > MOST_TEXT_BYTES:
            raise invalid("content", "留言内容不能超过400个字节")
        kind = picture(asked, "image")
        case, _ = self._refunds.find(asked)
        if "refused" in asked.strikes:
            raise remote("isv.refund-message-not-allowed", "当前退款单不允许留言")
        if "other-person" in asked.strikes:
            self._world.cases.change(case, messages=[self.colleague(asked.seller)])
        if "altered-text" in asked.strikes:
            text = masked(text)
        message = self.said(text, asked.seller, kind)
        hidden_s = asked.strikes.get("hidden-write", 0.0)
        self._world.cases.change(case, messages=[message], hidden_s=hidden_s)
        return {"refund_message": {"id": int(message.id), "created": written(message.at)}}

    def said(self, text: str, seller: Seller, form: str = "") -> Message:
        """Make a message of the seller's, with a picture of that kind if there is one."""
        message = self.message("merchant", text, seller, "")
        url = f"http://img.example/refund/{message.id}.{form}"
        return replace(message, files=(url,) if form else ())

    def colleague(self, seller: Seller) -> Message:
        """Return what another person of the shop says on the platform's own console."""
        message = self.said(COLLEAGUE, seller)
        return replace(message, fields={**message.fields, "owner_nick": f"{seller.nick}:小周"})


def masked(text: str) -> str:
    """Return *text* as a filter leaves it: its second half is stars."""
    kept = (len(text) + 1) // 2
    return text[:kept] + "*" * max(1, len(text) - kept)


def picture(asked: Asked, name: str) -> str:
    """Return the kind of the picture that came along under *name*.

    Raises:
        Refusal: 40 there is none, 41 it is too big, 3 it is no picture.
    """
    upload = asked.call.files.get(name)
    if upload is None or not upload.data:
        raise missing(name)
    if len(upload.data) > MOST_BYTES:
        raise invalid(name, "图片不能超过500K")
    found = kind(upload.data)
    if not found:
        why = "图片格式须为JPG、GIF或PNG"
        raise Refusal(3, "Upload Fail", f"isv.invalid-parameter:{name}", why)
    return found


def _row(message: Message, refund_id: str, refund: Mapping[str, object]) -> Body:
    return {
        **message.fields,
        "id": int(message.id),
        "refund_id": int(refund_id),
        "refund_phase": refund["refund_phase"],
        "content": message.text,
        "created": written(message.at),
        "owner_role": ROLES[message.who],
        "pic_urls": [{"url": url} for url in message.files],
    }
