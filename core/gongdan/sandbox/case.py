"""One case of an imitated platform: a chain of versions, the newest last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct


class Message(Struct, frozen=True):
    """One entry of a case's thread; `fields` is what else the platform tells of it."""

    who: str
    text: str
    at: datetime
    id: str = ""
    files: tuple[str, ...] = ()
    fields: Mapping[str, object] = {}


class Version(Struct, frozen=True):
    """A case as one write left it; times are aware UTC, `updated` a whole second."""

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
