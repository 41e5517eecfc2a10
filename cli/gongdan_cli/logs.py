"""The log on stderr, as text or as JSON, with what must not be read taken out.

Core logs no secret.  What this takes out beside is a second net, for the words of a plugin or of a
library: the secrets that are set up, and values behind names such as `access_token`.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime

import click

from .screens.clean import clean, escape_json

FORMATS = ("text", "json")
LEVELS = ("debug", "info", "warning", "error")
_LEAST_CHARS = 6  # a shorter secret would take half the words out of a line
_NAMED = re.compile(
    r"((?:app_?secret|access_?token|refresh_?token|session|token|sign|code|password)"
    r"[\"']?\s*[=:]\s*[\"']?)([^\s&\"',;}]+)",
    re.IGNORECASE,
)
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_hidden: set[str] = set()


def hide(secrets: Iterable[str]) -> None:
    """Take these out of every line from now on."""
    _hidden.update(text for text in secrets if len(text) >= _LEAST_CHARS)


def redacted(text: str) -> str:
    """Return *text* without secrets and mobile numbers."""
    for secret in sorted(_hidden, key=len, reverse=True):  # one may be a part of another
        text = text.replace(secret, "***")
    return _MOBILE.sub("***", _NAMED.sub(r"\1***", text))


def wanted(verbose: bool, debug: bool, form: str | None) -> tuple[str, str] | None:
    """Return level and format of the log; None where none is wanted.

    Options come before $GONGDAN_LOG, which is `json`, `info`, or both as in `json:debug`.

    Raises:
        click.UsageError: $GONGDAN_LOG is neither.
    """
    level = "debug" if debug else "info" if verbose else ""
    said = {name for name in os.environ.get("GONGDAN_LOG", "").strip().lower().split(":") if name}
    if unknown := said - {*FORMATS, *LEVELS}:
        known = ", ".join((*FORMATS, *LEVELS))
        raise click.UsageError(f"GONGDAN_LOG={min(unknown)}: write json:info; there are {known}")
    level = level or next((name for name in LEVELS if name in said), "")
    chosen = form or ("json" if "json" in said else "text")
    if not level and not form and not said:
        return None
    return level or "info", chosen


def begin(level: str, form: str) -> None:
    """Write our own log to stderr.  Never other libraries': theirs holds addresses with tokens."""
    logger = logging.getLogger("gongdan")
    for held in [one for one in logger.handlers if isinstance(one.formatter, Plain | Json)]:
        logger.removeHandler(held)  # of a command before this one in the same process
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if form == "json" else Plain())
    logger.addHandler(handler)
    logger.setLevel(level.upper())


class Plain(logging.Formatter):
    """A line for a person; tracebacks under it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return one record."""
        return clean(redacted(super().format(record)), lines=True)


class Json(logging.Formatter):
    """One object a line: at, level, from, text; what a record has as `facts`; an error's place.

    Of an exception only the kind and where it came from: its message may hold anything.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return one record."""
        facts = getattr(record, "facts", {})
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "text": redacted(record.getMessage()),
            **{name: redacted(v) if isinstance(v, str) else v for name, v in facts.items()},
        }
        if record.exc_info and record.exc_info[0] is not None:
            told["error_kind"] = record.exc_info[0].__name__
            told["error_at"] = [
                f"{os.path.basename(frame.filename)}:{frame.lineno}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return escape_json(json.dumps(told, ensure_ascii=False, default=str))
