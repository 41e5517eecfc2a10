"""C65: what a platform pushes."""

from __future__ import annotations

from msgspec.structs import replace

from ..errors import BadSignature, GongdanError, ProtocolError
from ..sandbox import Outgoing
from ..ticket import Delivery, Parcel
from .check import Failed, NotApplicable, check, expect
from .stage import ALIAS, Stage
from .subject import Subject


@check(
    "C65", "silver", "takes a push only from whom it is, and does no harm by taking it twice",
    "Anybody can post to an open address; platforms send again, late, and out of order.",
)  # fmt: skip
def takes_pushes(subject: Subject) -> None:
    if subject.connector.receive is None:
        raise NotApplicable("the platform pushes nothing")
    pushed = 0
    for stream in subject.streams:
        with subject.stage(stream) as stage:
            case_id = stage.put(stream, ago_s=1800)
            stage.good_sync()
            pushes = _pushes(stage, lambda: stage.put(stream, case_id, ago_s=0))  # noqa: B023
            for push in pushes:
                pushed += 1
                _refuses_others(stage, push)
                first, second = _taken(stage, push), _taken(stage, push)
                keys = [(event.key, event.id) for event in first.events]
                expect(keys == [(event.key, event.id) for event in second.events],
                       "the same events from the same push", "others")  # fmt: skip
                once = all(event.key or event.row is not None for event in first.events)
                expect(once, "a key for every event, so that it is taken once", "one without")
                wrong = {event.shop for event in first.events} - {stage.shop}
                expect(not wrong, f"events of shop {stage.shop}", ", ".join(wrong))
                _store(stage, first)
                _store(stage, second)
            stage.clock.advance(120)
            stage.good_sync()
            view = stage.tickets(stream)[case_id]
            newest = stage.case(stream, case_id).newest.updated
            expect(view.row.updated in (None, newest), f"the case as of {newest}",
                   view.row.updated)  # fmt: skip
    if not pushed:
        raise NotApplicable("the sandbox pushed nothing")


def _pushes(stage: Stage, happen: object) -> list[Outgoing]:
    try:
        stage.world.push_to(f"http://127.0.0.1/push/{stage.connector.platform}/{ALIAS}")
    except ValueError as error:
        raise NotApplicable(str(error)) from error
    stage.world.outgoing.clear()
    assert callable(happen)
    happen()
    return list(stage.world.outgoing)


def _taken(stage: Stage, push: Outgoing) -> Delivery:
    receive = stage.connector.receive
    assert receive is not None
    return receive(stage.desk.settings(ALIAS), _parcel(push))


def _refuses_others(stage: Stage, push: Outgoing) -> None:
    """Check that a push with another body, another signature, or none is not taken."""
    others = {
        "another body": replace(push, body=push.body.replace(b"1", b"2", 1) + b" "),
        "another signature": replace(push, headers={k: f"{v}0" for k, v in push.headers.items()}),
        "no headers": replace(push, headers={}),
    }
    for name, other in others.items():
        try:
            _taken(stage, other)
        except (BadSignature, ProtocolError):
            continue
        except GongdanError as error:
            raise Failed("BadSignature", f"{type(error).__name__}: {error}") from error
        raise Failed(f"BadSignature for a push with {name}", "it is taken")


def _store(stage: Stage, delivery: Delivery) -> None:
    desk = stage.desk
    desk.store.arrivals.take(
        stage.connector.platform, ALIAS, delivery.events, {stage.shop: ALIAS}, desk.now()
    )


def _parcel(push: Outgoing) -> Parcel:
    headers = {name.lower(): value for name, value in push.headers.items()}
    return Parcel("/push", headers, push.body)
