"""The calendars of a settings file, with the public holidays of China or without."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..errors import ConfigError
from ..sla import Calendar
from ..sla.china import PublicDays, china_calendar, join, parse_days, read_package


def calendar_of(name: str, table: object, settings: Path) -> Calendar:
    """Return a calendar as the settings file describes it.

    `china = true` adds the public holidays and 调休 of the package chinesecalendar; `china =
    "holidays.toml"` those of a file beside the settings, whose years replace the package's where
    that is installed.  A year that neither knows is said, never guessed.

    Raises:
        ConfigError: names the table, the file and what is wrong.
    """
    where = f"{settings}: [calendars.{name}]"
    if not isinstance(table, Mapping):
        raise ConfigError(f"{where}: expected a table")
    plain = {key: value for key, value in table.items() if key != "china"}
    china = table.get("china", False)
    try:
        if china is False:
            return Calendar.from_dict(plain)
        return china_calendar(plain, _days(china, settings, where))
    except ConfigError as error:
        told = str(error)
        raise ConfigError(told if where in told else f"{where}: {told}") from error


def _days(china: object, settings: Path, where: str) -> PublicDays:
    if china is True:
        return read_package()
    if not isinstance(china, str):
        raise ConfigError(f'{where} china: expected true, or a file such as "holidays.toml"')
    file = settings.parent / china
    try:
        own = parse_days(file.read_text("utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{where} china: {file}: {error}") from error
    try:
        return join(read_package(), own)
    except ConfigError:  # the package is not installed: the file stands alone
        return own
