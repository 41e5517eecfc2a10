"""The messages of a refund in the imitation: read them, add one."""

from __future__ import annotations

import pytest

from .sandbox_client import PNG, START, TAOBAO, TMALL, Client, china

MESSAGES = "taobao.refund.messages.get"


@pytest.fixture
def client() -> Client:
    return Client()


def test_requires_the_phase_from_a_tmall_shop(client: Client) -> None:
    error = client.refused(MESSAGES, fields="id", refund_id=client.some_id())

    assert error["code"] == 40
    assert "refund_phase" in error["msg"]


def test_does_not_show_a_thread_of_another_phase(client: Client) -> None:
    refund_id = client.some_id()
    case = client.cases.get("refund", str(refund_id))
    assert case is not None
    other = {"onsale": "aftersale", "aftersale": "onsale"}[str(case.newest.fields["refund_phase"])]

    error = client.refused(MESSAGES, fields="id", refund_id=refund_id, refund_phase=other)

    assert error["code"] == 15


def test_tells_which_message_gives_the_return_address() -> None:
    client = Client()

    threads = [client.thread(row["refund_id"]) for row in client.page()["refunds"]]

    given = [m for thread in threads for m in thread if m["message_type"] != "NORMAL"]
    assert [m["message_type"] for m in given] == ["RETURN_GOODS_APPROVED"]
    assert given[0]["owner_role"] == "2"
    assert "地址" in given[0]["content"]


def test_does_not_require_the_phase_from_a_taobao_shop(client: Client) -> None:
    body = client.ask(MESSAGES, TAOBAO, fields="id", refund_id=client.some_id(TAOBAO))

    assert "total_results" in body


def test_pages_a_thread(client: Client) -> None:
    refund_id = client.some_id(TAOBAO)
    for number in range(7):
        client.reply(refund_id, f"第{number}条", shop=TAOBAO)

    whole = [message["id"] for message in client.thread(refund_id, TAOBAO)]
    pages = [
        client.ask(
            MESSAGES, TAOBAO, fields="id", refund_id=refund_id, page_no=number, page_size=3
        ).get("refund_messages", [])
        for number in range(1, 6)
    ]

    assert [message["id"] for page in pages for message in page] == whole


def test_adds_a_message_with_a_picture(client: Client) -> None:
    refund_id = client.some_id()

    told = client.reply(refund_id, "您好，已安排补发")["refund_message"]

    last = client.thread(refund_id)[-1]
    assert told == {"id": last["id"], "created": china(START)}
    assert last["content"] == "您好，已安排补发"
    assert last["owner_role"] == "2"
    assert last["owner_nick"] == TMALL.nick
    assert len(last["pic_urls"]) == 1


def test_takes_the_same_message_twice_in_silence(client: Client) -> None:
    refund_id = client.some_id()

    first, second = client.reply(refund_id), client.reply(refund_id)

    assert first["refund_message"]["id"] != second["refund_message"]["id"]
    assert [m["content"] for m in client.thread(refund_id)[-2:]] == ["您好，已安排补发"] * 2


@pytest.mark.parametrize("image", [b"\xff\xd8\xff\xe0", b"GIF87a", b"GIF89a", PNG])
def test_takes_jpg_gif_and_png(client: Client, image: bytes) -> None:
    assert "refund_message" in client.reply(client.some_id(), image=image)


@pytest.mark.parametrize(
    ("content", "image", "code"),
    [
        pytest.param("您好", None, 40, id="no picture"),
        pytest.param("您好", b"", 40, id="an empty picture"),
        pytest.param("您好", b"BM" + bytes(99), 3, id="a BMP"),
        pytest.param("您好", PNG + bytes(500 * 1024), 41, id="too many bytes of picture"),
        pytest.param("", PNG, 40, id="no text"),
        pytest.param("好" * 134, PNG, 41, id="402 bytes of text"),
    ],
)
def test_refuses_a_message_that_breaks_a_limit(
    client: Client, content: str, image: bytes | None, code: int
) -> None:
    refund_id = client.some_id()
    before = client.thread(refund_id)

    body = client.reply(refund_id, content, image)

    assert body["error_response"]["code"] == code
    assert client.thread(refund_id) == before


def test_takes_four_hundred_bytes_of_text(client: Client) -> None:
    assert "refund_message" in client.reply(client.some_id(), "好" * 133 + "!")
