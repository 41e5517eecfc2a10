"""Pictures whose addresses end: kept while they live, at no cost to any ticket."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from gongdan import Status, Ticket, Who
from gongdan.calls.network import Answer, Download
from gongdan.desk import Desk
from gongdan.errors import Transient
from gongdan.pictures.fetching import FAILURES, fetch, with_pictures
from gongdan.pictures.picture import Picture, ending_of
from gongdan.store.backup import backup, restore
from gongdan.store.batch import Batch, Payload
from gongdan.store.pictures import MOST_TRIES, folder_of
from gongdan.testing.clock import START
from gongdan.ticket import Message
from gongdan.upkeep.retention import erase
from gongdan.views import QueueFilter, RunRow
from gongdan.wire import Request

from ..office import Office

PNG = b"\x89PNG\r\n\x1a\n"
WELL = [RunRow(id=1, shop="douyin", outcome="ok")]
HOUR_S = 3600


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, ["douyin"], tickets=4)


class Web:
    """A web of one answer; `asked` is what for."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.answer: Answer | Exception = Answer(200, {}, PNG)

    def send(self, request: Request, *, fresh: bool = False, total_s: float = 30.0) -> Answer:
        del fresh, total_s
        self.asked.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
def desk(office: Office, web: Web) -> Iterator[Desk]:
    with office.desk() as desk:
        desk.network = web
        yield desk


def land(desk: Desk, *files: str, status: Status = Status.PENDING, digest: bytes = b"1") -> str:
    """Land one case whose thread shows these addresses; return its id."""
    said = Ticket(status=status, thread=(Message(Who.BUYER, "见图", START, files=files),))
    payload = Payload(
        kind="detail", remote_id="9", updated=START, raw=b"{}", digest=digest, said=said
    )
    (stream, *_) = desk.connector("douyin").streams
    desk.store.cases.commit(
        Batch(
            platform="douyin", shop="douyin", stream="service", run=1, at=desk.now(),
            payloads=[payload], to_picture=stream.to_picture,
        )
    )  # fmt: skip
    return "douyin/service/9"


def pictures(desk: Desk, ticket: str) -> tuple[Picture, ...]:
    return with_pictures(desk, desk.ticket(ticket)).beside.pictures


def shown(desk: Desk) -> list[Picture]:
    """Return the pictures of every ticket."""
    rows = desk.queue(QueueFilter(statuses=tuple(Status)))
    return [picture for row in rows for picture in pictures(desk, row.id)]


def test_a_picture_that_a_sync_saw_is_seen_after_its_address_ended(office: Office) -> None:
    with office.desk() as desk:
        desk.sync()
        seen = shown(desk)
        office.clock.advance(HOUR_S)

        answers = [desk.network.send(Request("GET", one.url)).status for one in seen]

        assert answers == [403] * len(seen)
        assert len(seen) >= 2
        for one in shown(desk):
            assert one.path is not None
            assert one.path.read_bytes().startswith(PNG)
            assert one.path.stat().st_mode & 0o777 == 0o600
            assert one.path.parent.stat().st_mode & 0o777 == 0o700


def test_another_signature_of_the_same_picture_is_no_change(office: Office) -> None:
    with office.desk() as desk:
        desk.sync()
        files = sorted(folder_of(desk.config.store_path).iterdir())
        before = [(file.name, file.stat().st_mtime_ns) for file in files]
        office.clock.advance(7 * HOUR_S)

        report = desk.sync()

        assert report.shops[0].details > 0
        assert (report.new, report.changed) == (0, 0)
        assert [(file.name, file.stat().st_mtime_ns) for file in files] == before


def test_an_address_that_ended_has_its_case_read_again_for_a_new_one(office: Office) -> None:
    with office.desk() as desk:
        office.add("[gongdan]\nkeep_pictures = false")
        with office.desk() as without:
            without.sync()
            assert all(one.path is None for one in shown(without))
        office.clock.advance(2 * HOUR_S)

        desk.sync()
        ended = [one for one in shown(desk) if one.path is None]
        office.clock.advance(HOUR_S)
        desk.sync()

        assert ended
        assert all("ended" in one.error for one in ended)
        assert all("x-signature" not in one.error for one in ended)
        assert all(one.path for one in shown(desk) if not one.over)


def test_only_public_hosts_are_asked_and_only_by_tls(desk: Desk, web: Web) -> None:
    land(desk, "http://pics.example.com/a.png?sign=1")

    fetch(desk, WELL)

    (asked,) = web.asked
    assert isinstance(asked, Download)
    assert asked.url == "https://pics.example.com/a.png?sign=1"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        pytest.param("https://pics.example.com/a.png", "picture_hosts", id="host"),
        pytest.param("https://api.cdn.example.net@10.0.0.1/a", "picture_hosts", id="user"),
        pytest.param("https://u:p@a.cdn.example.net/a", "name or password", id="password"),
        pytest.param("https://[::1/a", "none", id="no address"),
    ],
)
def test_a_host_that_nobody_allows_is_never_asked(url: str, why: str, desk: Desk, web: Web) -> None:
    desk.config = replace(desk.config, picture_hosts=("*.cdn.example.net",))
    ticket = land(desk, url)

    fetch(desk, WELL)
    (picture,) = pictures(desk, ticket)

    assert web.asked == []
    assert picture.over
    assert why in picture.error


@pytest.mark.parametrize(
    ("answer", "over"),
    [
        pytest.param(Answer(200, {"content-type": "image/png"}, b"<html>"), True, id="no picture"),
        pytest.param(Answer(200, {}, PNG + bytes(10 << 20)), True, id="too large"),
        pytest.param(Answer(302, {"location": "http://10.0.0.1/"}, b""), False, id="redirect"),
        pytest.param(Answer(500, {}, PNG), False, id="broken"),
        pytest.param(Transient("the connection broke"), False, id="cut"),
    ],
)
def test_what_is_no_picture_is_not_kept(
    answer: Answer | Exception, over: bool, desk: Desk, web: Web
) -> None:
    ticket = land(desk, "https://pics.example.com/a.png")
    web.answer = answer

    fetch(desk, WELL)
    (picture,) = pictures(desk, ticket)

    assert (picture.path, picture.over, bool(picture.error)) == (None, over, True)
    assert not folder_of(desk.config.store_path).exists()


def test_a_picture_is_tried_so_often_whatever_its_addresses(
    office: Office, desk: Desk, web: Web
) -> None:
    web.answer = Transient("the connection broke")
    for number in range(20):
        ticket = land(desk, f"https://pics.example.com/a.png?sign={number}")
        fetch(desk, WELL)
        office.clock.advance(HOUR_S)

    assert len(web.asked) == MOST_TRIES
    assert pictures(desk, ticket)[0].over


def test_a_host_that_is_down_is_left_alone(desk: Desk, web: Web) -> None:
    land(desk, *(f"https://pics.example.com/{n}.png" for n in range(9)))
    web.answer = Transient("the connection broke")

    fetch(desk, WELL)

    assert len(web.asked) == FAILURES


def test_pictures_told_apart_only_by_the_query_are_two(desk: Desk, web: Web) -> None:
    urls = ("https://pics.example.com/show?id=1", "https://pics.example.com/show?id=2")
    ticket = land(desk, *urls)

    fetch(desk, WELL)

    assert [request.url for request in web.asked] == list(reversed(urls))
    assert [one.url for one in pictures(desk, ticket)] == list(urls)


def test_without_the_setting_nothing_is_fetched(desk: Desk, web: Web) -> None:
    desk.config = replace(desk.config, keep_pictures=False)
    land(desk, "https://pics.example.com/a.png")

    assert fetch(desk, WELL) == 0
    assert web.asked == []


def test_what_is_erased_goes_from_the_disk_and_stays_away(
    office: Office, desk: Desk, web: Web
) -> None:
    ticket = land(desk, "https://pics.example.com/a.png", status=Status.CLOSED)
    fetch(desk, WELL)
    folder = folder_of(desk.config.store_path)
    assert len(list(folder.iterdir())) == 1

    erase(desk, [ticket], "me")
    office.clock.advance(HOUR_S)
    land(desk, "https://pics.example.com/a.png?sign=2", status=Status.CLOSED)
    fetch(desk, WELL)

    assert list(folder.iterdir()) == []
    assert len(web.asked) == 1


def test_a_picture_that_two_tickets_show_stays_for_the_other(desk: Desk, web: Web) -> None:
    ticket = land(desk, "https://pics.example.com/a.png", status=Status.CLOSED)
    fetch(desk, WELL)
    copied = "INSERT INTO tickets SELECT {} FROM tickets"
    with desk.store.pictures._guard.write() as db:
        names = [str(row[1]) for row in db.conn.execute("PRAGMA table_info(tickets)")]
        values = {"n": "n + 1", "id": "id || '0'", "remote_id": "remote_id || '0'"}
        db.execute(copied.format(", ".join(values.get(name, name) for name in names)))
        db.execute("INSERT INTO pictures (n, name, url, file) SELECT n + 1, name, url, file"
                   " FROM pictures")  # fmt: skip

    erase(desk, [ticket], "me")

    assert len(list(folder_of(desk.config.store_path).iterdir())) == 1
    assert len(web.asked) == 1


def test_a_backup_takes_pictures_along_and_a_restore_brings_them_back(
    desk: Desk, tmp_path: Path
) -> None:
    ticket = land(desk, "https://pics.example.com/a.png")
    fetch(desk, WELL)
    store, copy = desk.config.store_path, tmp_path / "b" / "copy.db"
    copy.parent.mkdir()

    told = backup(store, copy)
    (folder_of(copy) / "stray.png").write_bytes(PNG)
    backup(store, copy)
    desk.store.close()
    for file in folder_of(store).iterdir():
        file.unlink()
    back = restore(copy, store, force=True, stamp="1")

    assert (told.pictures, back.pictures) == (1, 1)
    assert [file.name for file in folder_of(copy).iterdir()] == [
        file.name for file in folder_of(store).iterdir()
    ]
    assert folder_of(Path(back.aside)).is_dir()
    with Desk(desk.config, desk.plugins, clock=desk.clock) as again:
        (picture,) = pictures(again, ticket)
        assert picture.path is not None
        assert picture.path.read_bytes() == PNG


def test_what_a_killed_fetch_left_behind_is_swept_away(desk: Desk) -> None:
    folder = folder_of(desk.config.store_path)
    folder.mkdir()
    (folder / "loose.png").write_bytes(PNG)
    (folder / ".half.png.1.1").write_bytes(PNG)

    assert desk.store.pictures.sweep(desk.now() - timedelta(days=3650)) == 1
    assert desk.store.pictures.sweep(desk.now() + timedelta(days=3650)) == 1
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (b"\xff\xd8\xff\xe0", "jpg"), (PNG, "png"), (b"GIF89a", "gif"),
        (b"RIFF\0\0\0\0WEBP", "webp"), (b"\0\0\0\x18ftypheic", "heic"), (b"%PDF-1.7", ""),
        (b"<svg onload=alert(1)>", ""), (b"", ""),
    ],
)  # fmt: skip
def test_a_picture_is_known_by_how_it_begins(data: bytes, ending: str) -> None:
    assert ending_of(data) == ending


def test_files_have_no_name_of_anybodys_choice(desk: Desk) -> None:
    land(desk, "https://pics.example.com/../../etc/passwd")
    fetch(desk, WELL)

    (file,) = folder_of(desk.config.store_path).iterdir()

    assert re.fullmatch(r"[0-9a-f]{40}\.png", file.name)
