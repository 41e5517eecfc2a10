"""Lantern, an invented marketplace of another shape: a feed of changes instead of a list by time.

    GET  /changes?after=TOKEN&limit=N        {"changes": [...], "next": TOKEN, "more": true}
    GET  /changes?since=TIME&limit=N         the same, from a time on: how it is begun
    GET  /threads/ID                         one thread, with its messages
    POST /threads/ID/messages {text, key}    201 {"id"}; the same key within a day: 200, the same
    a push to us                             {"delivery", "shop", "thread"}, signed

A deleted thread is a change that says so.  What goes wrong is {"error": "word", "detail": "text"}.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

import gongdan as g


class LanternSettings(g.Settings, frozen=True, kw_only=True):
    """`token` is the shop's; `app_secret` signs what Lantern pushes."""

    base_url: str = "https://api.lantern.example"
    app_secret: g.Secret


STATES = {
    "waiting": g.Status.PENDING,
    "replied": g.Status.ANSWERED,
    "solved": g.Status.CLOSED,
}
SPEAKERS = {"customer": g.Who.BUYER, "merchant": g.Who.MERCHANT}
ERRORS = (
    g.Error("stale_token", g.Means.RESTART),
    g.Error("slow_down", g.Means.WAIT),
    g.Error("token_expired", g.Means.AUTHORISE, "请在店铺后台重新授权", "authorise the shop anew"),
    g.Error(
        "scope", g.Means.SETTING, "应用缺少权限", "the app lacks a permission", "*", "permission"
    ),
    g.Error("deleted", g.Means.GONE),
    g.Error("solved", g.Means.REFUSED, "会话已解决，不能再回复", "the thread is solved"),
    g.Error("wording", g.Means.REFUSED, "含有禁用词，请修改", "a forbidden word: change the text"),
)


def read_page(shop: g.Shop[LanternSettings], ask: g.Ask) -> g.Page:
    where = {"after": ask.token} if ask.token else {"since": ask.start}
    changes = shop.call("GET /changes", {**where, "limit": ask.size})
    return changes.page("changes", more="more", token="next")


def read_detail(shop: g.Shop[LanternSettings], ref: g.Ref) -> g.Detail:
    return shop.call(f"GET /threads/{ref.id}").raw("")


def to_ticket(thread: g.Fields) -> g.Ticket:
    return g.Ticket(
        status=thread.choice("state", STATES),
        status_text=thread.text("state"),
        gone=thread.flag("deleted"),
        title=thread.text("subject"),
        created=thread.time("opened_at"),
        deadline=thread.time("answer_by"),
        thread=thread.each("messages", to_message),
    )


def to_message(entry: g.Fields) -> g.Message:
    who = SPEAKERS.get(entry.need("from"), g.Who.PLATFORM)
    return g.Message(who, entry.need("text"), entry.when("at"), id=entry.id())


def to_call(action: g.Action, case: g.Case) -> g.Call:
    words = {"text": action.text, "key": action.id}
    return g.Call(f"POST /threads/{case.id}/messages", words, receipt="id")


def fault(reply: g.Reply) -> g.Fault | None:
    word = reply.body.text("error", "")
    return g.Fault(word, reply.body.text("detail", "")) if word else None


def receive(settings: LanternSettings, parcel: g.Parcel) -> g.Delivery:
    key = settings.app_secret.reveal().encode()
    signature = hmac.new(key, parcel.body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signature, parcel.headers.get("x-lantern-signature", "")):
        raise g.BadSignature("lantern: the push is not signed with this app's secret")
    told = g.Fields.of(parcel.body)
    if "thread" not in told:  # a ping: whether somebody listens
        return g.Delivery([])
    event = g.Event(told.id("shop"), "thread", told.id("thread"), key=told.id("delivery"))
    return g.Delivery([event])


@g.hookimpl
def gongdan_connectors() -> list[g.Connector[LanternSettings]]:
    thread = g.Stream(
        name="thread",
        updated="changed_at",
        reading=g.ByToken(page_size=50),
        read_page=read_page,
        read_detail=read_detail,
        to_ticket=to_ticket,
        abilities=(g.Ability(to_call=to_call, max_chars=1000, key_age=timedelta(hours=24)),),
    )
    lantern = g.Connector(
        api=1,
        platform="lantern",
        settings=LanternSettings,
        streams=(thread,),
        fault=fault,
        errors=ERRORS,
        rates=(g.Rate(10, timedelta(seconds=1)),),
        receive=receive,
        sandbox=f"{__name__}.sandbox:make",
    )
    return [lantern]
