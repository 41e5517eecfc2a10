"""Playbooks: which suit a ticket, what is done of them, and one's own in their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongdan import ConfigError, GongdanError, Message, NotFound, Status, Ticket, Who
from gongdan.classification.classifying import classify_new
from gongdan.desk import Desk
from gongdan.errors import BadArgument
from gongdan.people.playbooks import mark, playbooks_of, progress_of

from ..office import Office, put


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, ["douyin"], tickets=1)


@pytest.fixture
def desk(office: Office) -> Desk:
    return office.desk()


def ticket(desk: Desk, text: str = "怎么还不发货") -> str:
    said = Ticket(status=Status.PENDING, turn=Who.MERCHANT, text=text)
    ref = put(desk.store, "1", said, desk.now())
    classify_new(desk)
    return ref


def own(office: Office, text: str) -> Desk:
    office.path.with_name("playbooks.toml").write_text(text, "utf-8")
    return office.desk()


def suited(desk: Desk, ref: str) -> list[str]:
    return [each.playbook.name for each in progress_of(desk, desk.ticket(ref))]


def test_an_urge_has_its_four_steps(desk: Desk) -> None:
    (progress,) = progress_of(desk, desk.ticket(ticket(desk)))

    book = progress.playbook
    assert (book.name, len(book.steps), progress.done) == ("urge", 4, {})
    assert book.steps[2].words("仓库说缺货") == "urge-3-no-stock"
    assert book.steps[2].words("周三到货") == "urge-3-warehouse"


def test_a_return_has_its_review(desk: Desk) -> None:
    assert suited(desk, ticket(desk, "颜色不喜欢，可以退货吗")) == ["return-review"]


def test_what_is_done_is_kept_with_the_ticket(office: Office, desk: Desk) -> None:
    ref = ticket(desk)

    mark(desk, ref, 3, finding=" 缺货 ")

    again = office.desk()
    (progress,) = progress_of(again, again.ticket(ref))
    (done,) = progress.done.values()
    assert (done.step, done.finding, done.at) == (
        progress.playbook.steps[2].text, "缺货", desk.now(),
    )  # fmt: skip
    (act,) = again.ticket(ref).history
    assert (act.what, act.why, act.data) == ("step", "缺货", {"step": "urge 3"})


def test_a_step_can_be_undone(desk: Desk) -> None:
    ref = ticket(desk)
    mark(desk, ref, 1)

    assert mark(desk, ref, 1, undo=True).done == {}


def test_a_sync_leaves_what_is_done(desk: Desk) -> None:
    ref = ticket(desk)
    mark(desk, ref, 1)

    thread = (Message(Who.BUYER, "快点", desk.now()),)
    put(desk.store, "1", Ticket(status=Status.CLOSED, thread=thread), desk.now())

    (progress,) = progress_of(desk, desk.ticket(ref))
    assert len(progress.done) == 1


@pytest.mark.parametrize(
    ("number", "name", "error"), [(5, "", BadArgument), (0, "", BadArgument), (1, "urg", NotFound)]
)
def test_a_step_that_is_none_is_refused(
    desk: Desk, number: int, name: str, error: type[GongdanError]
) -> None:
    with pytest.raises(error):
        mark(desk, ticket(desk), number, name=name)


def test_where_none_or_several_suit_one_must_be_named(office: Office) -> None:
    desk = own(office, '[mine]\nwhen = ["douyin"]\n[[mine.steps]]\ntext = "看"\n')
    ref = ticket(desk)

    with pytest.raises(BadArgument, match=r"several .* urge, mine"):
        mark(desk, ref, 1)
    assert len(mark(desk, ref, 1, name="mine").done) == 1


def test_ones_own_stands_in_the_place_of_the_shipped(office: Office) -> None:
    desk = own(
        office,
        '[urge]\nwhen = ["催发货"]\n[[urge.steps]]\ntext = "打电话"\n[lost]\noff = true\n',
    )

    books = playbooks_of(desk)

    assert [step.text for step in books["urge"].steps] == ["打电话"]
    assert "lost" not in books


@pytest.mark.parametrize(
    ("text", "where", "told"),
    [
        ("[a]\nx = 1", "line 2, column 1", "unknown field"),
        ('[a]\n[[a.steps]]\ntext = "看"\n[[a.steps]]\n  text = ""', "line 5, column 3", "length"),
        ('[a]\n[[a.steps]]\ntext = "看"\nwords = "x"', "line 4, column 1", "words"),
        ("[a]\nwhen = []", "line 1, column 1", "no steps"),
        ('[a]\n[[a.steps]]\ntext = "看"\n[[a.steps]]\ntext = "看"', "line 1", "same text"),
        ('[a]\n[[a.steps]]\ntext = "看"\ntemplate = "promis"', "[a]", "did you mean promise?"),
    ],
)
def test_a_mistake_is_told_with_its_place(office: Office, text: str, where: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        playbooks_of(own(office, text))

    assert where in str(caught.value)
    assert told in str(caught.value)


def test_a_playbook_that_was_begun_is_shown_though_it_suits_no_more(desk: Desk) -> None:
    ref = ticket(desk)
    mark(desk, ref, 1)

    assert suited(desk, ticket(desk, "退款什么时候到账")) == ["urge"]
