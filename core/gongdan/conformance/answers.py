"""C14 to C42: what the connector makes of the answers that go wrong."""

from __future__ import annotations

from urllib.parse import urlsplit

from .check import Failed, check, expect
from .probe import watched
from .stage import Stage
from .subject import Subject


@check(
    "C41", "bronze", "fails loudly when it is answered with a page of HTML",
    "A gateway's error page that reads as an empty list is a shop without tickets, exit code 0.",
)  # fmt: skip
def knows_html(subject: Subject) -> None:
    for stream in subject.streams:
        with subject.stage() as stage:
            stage.put(stream)
            stage.arm("html")
            run = stage.sync()
            expect(run.outcome == "failed", "a sync that fails", run.outcome)
            expect(not stage.tickets(stream), "no ticket out of HTML", "a ticket")
            if "Unreadable" in run.error or "JSON" in run.error or "HTML" in run.error:
                continue
            raise Failed("an error that says that no JSON came", run.error)


@check(
    "C42", "bronze", "speaks through the core, and only to the hosts of its settings",
    "Its own HTTP client has no time limit, no proxy, no pace, and no place in the log.",
)  # fmt: skip
def speaks_through_the_core(subject: Subject) -> None:
    with subject.stage() as stage, watched() as seen:
        for stream in subject.streams:
            stage.put(stream)
        stage.good_sync()
        done = [one for one in seen if not one.startswith("opens")]
        expect(not done, "no socket and no process beside the core's", ", ".join(done))
        known = _hosts(stage)
        strange = {urlsplit(request.url).hostname or "?" for request, _ in stage.line.exchanges}
        strange -= known
        expect(not strange, f"requests to {', '.join(sorted(known))}", ", ".join(sorted(strange)))


def _hosts(stage: Stage) -> set[str]:
    return {
        urlsplit(value).hostname or ""
        for value in stage.given.values()
        if isinstance(value, str) and "://" in value
    }
