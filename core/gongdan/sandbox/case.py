"""One case of an imitated platform: a chain of versions, the newest last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct


class Message(Struct, frozen=True):
    """One entry of a case's thread.

    Attributes:
        who: wrote it, in words of the imitation's own choice.
        text: of it.
        at: when, aware UTC.
        id: the platform's; "" where it has none.
        files: addresses of what came with it.
        fields: what else the platform tells of it.
    """

    who: str
    text: str
    at: datetime
    id: str = ""
    files: tuple[str, ...] = ()
    fields: Mapping[str, object] = {}


class Version(Struct, frozen=True):
    """A case as one write left it; times are aware UTC.

    Attributes:
        updated: what the platform says, a whole second.
        fields: the platform's own, by its names.
        messages: the thread, oldest first.
        committed: when it was written.
        visible_from: when readers see it.
    """

    updated: datetime
    fields: Mapping[str, object]
    messages: tuple[Message, ...]
    committed: datetime
    visible_from: datetime


class Case:
    """One case: who it belongs to and all its versions, the newest last."""

    __slots__ = ("created", "id", "shop", "stream", "versions")

    def __init__(
        self, case_id: str, shop: str, stream: str, created: datetime, first: Version
    ) -> None:
        self.id = case_id
        self.shop = shop
        self.stream = stream
        self.created = created
        self.versions = [first]

    @property
    def newest(self) -> Version:
        """What is committed, visible or not: what a write is judged by."""
        return self.versions[-1]

    def seen(self, at: datetime) -> Version | None:
        """What a reader sees at a time; None if the case is not there yet."""
        for version in reversed(self.versions):
            if version.visible_from <= at:
                return version
        return None


class Row(NamedTuple):
    """One row of a list: a case and the version that is shown of it."""

    case: Case
    version: Version
