"""Templates: shipped ones, the user's own over them, and slots that refuse."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

from gongdan import ConfigError, GongdanError, NotFound, Refused, hookimpl
from gongdan.desk import Desk
from gongdan.errors import BadArgument
from gongdan.ticket import Ticket
from gongdan.views import Draft, QueueFilter
from gongdan.writing.filling import filled, partly_filled
from gongdan.writing.templates import Templates, begin, fill, slots
from gongdan.writing.vetting import warnings

from ..office import Office

SEND_BACK = "根据描述未理解所述问题,辛苦确认具体问题并重新提交。"
LABEL = "请优先联系仓库核实具体情况"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "templates.toml"


@pytest.mark.parametrize(("name", "text"), [("send-back", SEND_BACK), ("label", LABEL)])
def test_the_platforms_own_words_ship_exactly(name: str, text: str, path: Path) -> None:
    template = Templates(path).named(name)

    assert (template.text, template.fixed) == (text, True)


@pytest.mark.parametrize(
    ("prefix", "count"),
    [pytest.param("urge-", 5, id="R102"), pytest.param("return-", 4, id="R100")],
)
def test_the_steps_of_the_documents_ship(prefix: str, count: int, path: Path) -> None:
    found = [each for each in Templates(path).all() if each.name.startswith(prefix)]

    assert len({each.name[: len(prefix) + 1] for each in found}) == 4
    assert len(found) == count


def test_a_conclusion_needs_what_is_done_and_until_when(path: Path) -> None:
    text = Templates(path).named("conclusion").text

    assert {"solution", "expected_done"} <= set(slots("conclusion", text))


def test_an_honest_answer_needs_a_reason_and_the_next_time(path: Path) -> None:
    text = Templates(path).named("unresolved").text

    assert slots("unresolved", text) == ["reason", "promised_at"]


def test_a_users_template_stands_over_a_shipped_one(path: Path) -> None:
    path.write_text('[promise]\ntext = "您好 {promised_at}"\n[new]\ntext = "新"\n', "utf-8")

    templates = Templates(path)

    assert templates.named("promise").text == "您好 {promised_at}"
    assert (
        templates.named("promise").title == Templates(path.with_name("none")).named("promise").title
    )
    assert templates.named("new").own


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (("main", "douyin", "service"), "shop"),
        (("tm", "qianniu", "refund"), "stream"),
        (("tm", "qianniu", "other"), "platform"),
        (("x", "acme", "case"), "plain"),
    ],
)
def test_the_narrowest_place_wins(place: tuple[str, str, str], text: str, path: Path) -> None:
    path.write_text(
        '[a]\ntext = "plain"\nfor = { "shop:main" = "shop", "qianniu/refund" = "stream",'
        ' "qianniu" = "platform", "douyin" = "no" }\n',
        "utf-8",
    )

    assert Templates(path).named("a").words(place) == text


def test_a_template_of_another_place_refuses(path: Path) -> None:
    path.write_text('[a]\ntext = "x"\nonly = ["douyin/service"]\n', "utf-8")
    template = Templates(path).named("a")

    assert template.words(("main", "douyin", "service")) == "x"
    with pytest.raises(Refused, match="for douyin/service only, not for qianniu/refund"):
        template.words(("tm", "qianniu", "refund"))
    assert "a" not in {each.name for each in Templates(path).all(("tm", "qianniu", "refund"))}


@pytest.mark.parametrize(
    ("known", "given", "names"),
    [
        pytest.param({}, {}, r"\{a\}, \{b\} not filled", id="none"),
        pytest.param({"a": "1", "b": ""}, {}, r"\{b\} not filled", id="empty"),
        pytest.param({"a": "1"}, {"b": "  "}, r"\{b\} not filled", id="blank"),
    ],
)
def test_a_slot_that_is_not_right_refuses_and_is_named(
    known: dict[str, str], given: dict[str, str], names: str
) -> None:
    with pytest.raises(Refused, match=names):
        fill("t", "{a} and {b}", known, given)


def test_a_slot_that_there_is_not_is_a_wrong_argument() -> None:
    with pytest.raises(BadArgument, match="no slot 'c'; it has: a, b"):
        fill("t", "{a} and {b}", {"a": "1", "b": "2"}, {"c": "3"})


def test_what_a_person_gives_comes_first_and_is_never_read_as_a_template() -> None:
    assert fill("t", "{a}", {"a": "1"}, {"a": "{b}"}) == "{b}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[a]\ntext = 3", r"\[a\] text: expected text in quotes", id="no text"),
        pytest.param('[a]\ntext = "{A!r}"', "is no slot", id="code"),
        pytest.param('[a]\ntext = "{a.b}"', "is no slot", id="attribute"),
        pytest.param('[a]\ntext = "{"', "a brace itself", id="brace"),
        pytest.param('[a]\ntitel = "x"', r"\[a\]", id="misspelt"),
        pytest.param('[a]\ntitle = "x"', r"\[a\] lacks text", id="lacks"),
        pytest.param('a = "x"', "expected a table", id="no table"),
        pytest.param("[a", "not valid TOML", id="no toml"),
    ],
)
def test_a_file_that_is_wrong_is_said_with_its_name(text: str, said: str, path: Path) -> None:
    path.write_text(text, "utf-8")

    with pytest.raises(ConfigError, match=said) as caught:
        Templates(path)

    assert str(path) in str(caught.value) or "template 'a'" in str(caught.value)


def test_one_that_is_not_there_is_asked_for_by_the_closest(path: Path) -> None:
    with pytest.raises(NotFound, match="did you mean promise"):
        Templates(path).named("promis")


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("", id="new file"),
        pytest.param('# mine\n[b]\ntext = "b"\n', id="added"),
        pytest.param('[a]\n# why\ntext = "old"\ntitle = "t"\n[b]\ntext = "b"\n', id="changed"),
        pytest.param('[a]\ntext = """\nold [x]\n"""\ntitle = "t"\n[b]\ntext = "b"\n', id="long"),
        pytest.param('[a]\ntitle = "t"\n[b]\ntext = "b"\n', id="no text yet"),
    ],
)
def test_setting_one_changes_nothing_else(before: str, path: Path) -> None:
    if before:
        path.write_text(before, "utf-8")
    text = '您好 "{order_id}"\n\\第二行'

    templates = Templates(path.with_name("none"))  # a template may lack its text until it is set
    templates.path = path
    templates.set_text("a", text)

    after = path.read_text("utf-8")
    assert Templates(path).named("a").text == text
    assert [line for line in before.splitlines() if "#" in line and line not in after] == []
    assert ('text = "b"' in after) == ('text = "b"' in before)
    assert ('title = "t"' in after) == ('title = "t"' in before)


def test_a_wrong_text_is_not_written(path: Path) -> None:
    with pytest.raises(ConfigError, match="brace"):
        Templates(path).set_text("a", "{")

    assert not path.exists()


def test_a_file_to_edit_is_made_once(path: Path) -> None:
    begin(path)
    path.write_text(path.read_text("utf-8") + '[a]\ntext = "a"\n', "utf-8")

    assert begin(path).read_text("utf-8").endswith('text = "a"\n')
    assert Templates(path).named("a").own


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    office = Office(tmp_path)
    made = office.desk()
    made.sync()
    return made


def test_a_ticket_fills_its_slots(desk: Desk) -> None:
    row = next(row for row in desk.queue(QueueFilter()) if row.order_ids)
    promised = desk.now() + timedelta(hours=1)

    text = filled(desk, row.id, "refunded", {})
    told = filled(desk, row.id, "promise", {}, promised=promised)

    assert row.order_ids[0] in text
    assert "{" not in told


def test_a_slot_that_nobody_fills_names_the_option(desk: Desk) -> None:
    row = desk.queue(QueueFilter())[0]

    with pytest.raises(Refused, match=r"\{promised_at\} not filled.*--promise"):
        filled(desk, row.id, "promise", {})
    assert "{promised_at}" in partly_filled(desk, row.id, "promise")


class Checker(ModuleType):
    """A plugin that says what it was told to say."""

    def __init__(self, said: str | None) -> None:
        super().__init__("checker")

        @hookimpl
        def gongdan_check_draft(ticket_id: str, ticket: Ticket, text: str) -> str | None:
            assert all((ticket_id, ticket, text))
            return said

        self.gongdan_check_draft = gongdan_check_draft


def with_plugin(desk: Desk, said: str | None) -> None:
    desk.plugins._manager.register(Checker(said), name="checker")


def answerable(desk: Desk) -> str:
    for row in desk.queue(QueueFilter(platforms=("douyin",))):
        try:
            desk.draft(Draft(ticket=row.id, text="您好"), dry_run=True)
        except GongdanError:
            continue
        return row.id
    raise AssertionError("no ticket takes an answer")


def test_a_plugin_can_refuse_a_draft(desk: Desk) -> None:
    ticket = answerable(desk)
    with_plugin(desk, "no discounts")

    with pytest.raises(Refused, match="plugin checker: no discounts"):
        desk.draft(Draft(ticket=ticket, text="您好"))
    assert desk.outbox() == []


def test_a_plugin_can_warn(desk: Desk) -> None:
    ticket = answerable(desk)
    with_plugin(desk, "? are you sure")

    assert [(each.code, each.found) for each in warnings(desk, ticket, "您好")] == [
        ("plugin", "checker: are you sure")
    ]
    assert len(desk.draft(Draft(ticket=ticket, text="您好"))) == 1


def test_words_of_a_platform_are_not_looked_into(desk: Desk) -> None:
    ticket = answerable(desk)

    assert [each.code for each in warnings(desk, ticket, LABEL)] == ["greeting"]
    assert warnings(desk, ticket, LABEL, fixed=True) == []


def test_another_shops_name_is_warned_of(tmp_path: Path) -> None:
    office = Office(tmp_path)
    text = office.path.read_text("utf-8").replace(
        "[shops.qianniu]", '[shops.qianniu]\nname = "大象家居"'
    )
    office.path.write_text(text, "utf-8")
    with office.desk() as desk:
        desk.sync()
        found = warnings(desk, answerable(desk), "您好，大象家居为您服务")

    assert [(each.code, each.found) for each in found] == [("other_shop", "大象家居")]
