"""The sandbox's tasks: made and cancelled by their sender, as documented."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gongdan.sandbox import Plan

from .sandbox_client import TAOBAO, TMALL, Body, Client

CREATE, CANCEL, LIST = (
    f"taobao.qianniu.{name}" for name in ("task.create", "task.cancel", "tasks.get")
)
META: Body = {
    "title": "补发", "content": "请补发", "sender_uid": int(TMALL.user_id),
    "sender_nick": TMALL.nick, "reminder_flag": 1, "finish_strategy": 0, "biz_type": "memo",
    "priority": 0,
}  # fmt: skip
TASK: Body = {
    "receiver_uid": 7, "receiver_nick": "小周", "biz_type": "memo", "sub_biz_type": "memo",
    "biz_id": "gd1", "biz_nick": TMALL.nick,
}  # fmt: skip


@pytest.fixture(scope="module")
def client() -> Client:
    return Client(Plan(7, 2, 4))


def create(client: Client, meta: Any = META, tasks: Any = (TASK,)) -> Body:
    return client.ask(CREATE, meta=json.dumps(meta), tasks=json.dumps(tasks))


def listed(client: Client, **asked: object) -> list[Body]:
    body = client.ask(LIST, fields="id,status,receiver_uid,metadata_id", **asked)
    found: list[Body] = body.get("tasks", [])
    return found


def test_one_task_a_receiver_under_one_header_which_cancels_all(client: Client) -> None:
    made = create(
        client, tasks=[TASK | {"biz_id": "gd2"}, TASK | {"receiver_uid": 8, "biz_id": "gd2"}]
    )
    header = made["result"]["id"]

    both = listed(client, biz_type="memo", sub_biz_type="memo", biz_ids="gd2")
    client.ask(CANCEL, meta_id=header, memo="不用了")
    after = listed(client, metadata_ids=header)

    assert [(one["receiver_uid"], one["metadata_id"]) for one in both] == [(7, header), (8, header)]
    assert [one["status"] for one in after] == [4, 4]
    assert listed(client, biz_ids="gd3") == []


@pytest.mark.parametrize(
    ("meta", "tasks", "code"),
    [
        (META | {"sender_uid": 5}, [TASK], "isv.task-permission-denied"),
        (META | {"biz_type": "nonesuch"}, [TASK], "isv.task-biz-type-error"),
        (META | {"title": ""}, [TASK], "isv.missing-parameter:meta.title"),
        (META, [TASK | {"biz_id": None}], "isv.missing-parameter:tasks.biz_id"),
        (META, [], "isv.invalid-parameter:tasks"),
        ([], [TASK], "isv.invalid-parameter:meta"),
    ],
)
def test_what_is_not_as_documented_makes_nothing(
    client: Client, meta: Any, tasks: Any, code: str
) -> None:
    before = len(listed(client, page_size=100))

    error = create(client, meta, tasks)["error_response"]

    assert error["sub_code"] == code
    assert len(listed(client, page_size=100)) == before


def test_text_that_is_no_json_is_refused(client: Client) -> None:
    error = client.refused(CREATE, meta="{", tasks="[]")
    assert error["sub_code"] == "isv.invalid-parameter:meta"


def test_only_the_sender_cancels(client: Client) -> None:
    header = create(client)["result"]["id"]
    official = next(
        case for case in client.cases
        if case.stream == "task" and case.shop == TMALL.user_id
        and case.newest.fields["biz_type"] == "officialTask"
    )  # fmt: skip

    assert client.refused(CANCEL, TAOBAO, meta_id=header)["sub_code"] == "isv.task-not-exist"
    number = official.newest.fields["metadata_id"]
    assert client.refused(CANCEL, meta_id=number)["sub_code"] == "isv.task-permission-denied"
