"""Tell once what a platform sends that it did not send before."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

from ..events.happening import Happened
from ..reading.drift import Drift
from ..store import Store


def tell_drift(store: Store, platform: str, stream: str, drift: Drift, now: datetime) -> list[str]:
    """Keep what is new in what came, and return what nobody was told of yet.

    Fields of the first reading are no news.  A field that is rarely there is told when it first
    is: nothing says which fields there can be.
    """
    found = [f"{stream}: {note}" for note in sorted(drift.notes)]
    for kind, names in drift.names.items():
        new = _new_names(store, f"fields {platform}/{stream}/{kind}", names)
        found += [f"{stream}: new field {name} in a {kind}" for name in sorted(new)]
    return [text for text in found if _is_news(store, platform, text, now)]


def _new_names(store: Store, key: str, names: Collection[str]) -> set[str]:
    kept = store.meta.get(key)
    known = set(json.loads(kept)) if kept else set()
    new = set(names) - known
    if new:
        store.meta.change(key, lambda old: json.dumps(sorted({*json.loads(old or "[]"), *new})))
    return new if kept else set()


def _is_news(store: Store, platform: str, text: str, now: datetime) -> bool:
    event = Happened(kind="drift", ticket="", data={"what": text}, once=f"drift|{platform}|{text}")
    return bool(store.events.add([event], now))
