"""A folder that `sync` watches: ticket files dropped there are taken in.

inbox/                     [shops.tm-1] inbox = "inbox"
  map.toml                 which column is which field; it names the stream
  export.csv               taken in at the next sync
  export.csv.note.txt      why a file was left: mend it or the map, and it is tried again
  done/                    files that were taken in whole
  refund/                  a folder inside, with a map of its own

"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError, Refused, Unsupported
from ..reading.wants import Say, Steps, Want
from .columns import read_map
from .importing import Imported, Intake
from .sheets import stamp_of

if TYPE_CHECKING:
    from ..desk import Desk
    from ..shoprun import ShopRun

MAP, DONE, NOTE = "map.toml", "done", ".note.txt"
KINDS = (".csv", ".tsv", ".txt", ".xlsx")
SETTLE = timedelta(seconds=10)  # a file younger than this may still be being written


class Inbox:
    """The folder of one shop."""

    def __init__(self, desk: Desk, alias: str, folder: Path, work: ShopRun) -> None:
        self._desk, self._alias, self._folder, self._work = desk, alias, folder, work

    def steps(self) -> Steps:
        """Yield what it takes to take in what lies there.

        Raises:
            ConfigError: there is no such folder, or no map in it, or the map is wrong.
            Refused: a file was left; those beside it are in.
        """
        if not self._folder.is_dir():
            raise ConfigError(
                f"[shops.{self._alias}] inbox: there is no folder {self._folder}; make it"
            )
        left: list[str] = []
        for place in self._places():
            paths = sorted(path for path in place.iterdir() if _is_new(path, self._desk.now()))
            if not paths:
                continue
            if not (place / MAP).exists():
                raise ConfigError(
                    f"{place}: no {MAP} beside {paths[0].name}; write one to begin with:"
                    f" gongdan import --propose {paths[0].name} > {MAP}"
                )
            intake = Intake(self._desk, self._alias, "", read_map(place / MAP))
            for path in paths:
                left += yield from self._one(intake, path)
        if left:
            raise Refused("; ".join(left))

    def _places(self) -> Iterator[Path]:
        yield self._folder
        for inner in sorted(self._folder.iterdir()):
            if inner.is_dir() and inner.name != DONE and not inner.name.startswith("."):
                yield inner

    def _one(self, intake: Intake, path: Path) -> Generator[Want, Any, list[str]]:
        came: list[Imported] = []
        before = stamp_of(path.stat())
        try:
            yield from intake.steps(self._work, path, came.append)
        except (Refused, Unsupported) as error:
            came.append(Imported(file=path.name, error=str(error)))
        (done,) = came
        told = _told(done)
        note = path.with_name(path.name + NOTE)
        try:
            if stamp_of(path.stat()) != before:  # what is there now was not read, or not all of it
                yield Say("inbox", f"{path.name}: it changed while it was read; the next sync does")
                return []
            if told:
                note.write_text(told, encoding="utf-8")
                return [f"{path.name} was left in the inbox: see {note.name}"]
            note.unlink(missing_ok=True)
            _put_away(path, self._desk.now())
        except OSError as error:  # it is in, and known by its content; only the folder is not tidy
            yield Say("inbox", f"{path.name}: {error.strerror}")
            return []
        where = "taken in before" if done.before else f"{done.rows} rows, {done.new} new"
        yield Say("inbox", f"{path.name}: {where}")
        return []


def watch(desk: Desk, alias: str, work: ShopRun) -> None:
    """Have a run of a shop take in what lies in its inbox, once the platform is read."""
    name = desk.shop(alias).inbox
    if name:
        folder = desk.config.path.parent / name
        work.around.after.append(("inbox", Inbox(desk, alias, folder, work).steps))


def _is_new(path: Path, now: datetime) -> bool:
    """Whether a file is to be taken in: whole, and not left before as it and its map are now."""
    if path.suffix.lower() not in KINDS or path.name.startswith((".", "~$")):
        return False
    if path.name.endswith(NOTE) or not path.is_file():
        return False
    if abs(now - _changed(path)) < SETTLE:
        return False
    note = path.with_name(path.name + NOTE)
    if not note.exists():
        return True
    mended = [_put_there(one) for one in (path, path.with_name(MAP)) if one.exists()]
    return max(mended) > _changed(note)


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _put_there(path: Path) -> datetime:
    """Return when a file was written, or brought there from elsewhere with an older time of its."""
    stat = path.stat()
    return datetime.fromtimestamp(max(stat.st_mtime, stat.st_ctime), UTC)


def _told(done: Imported) -> str:
    """Return what is wrong with a file in words for its note, "" if it is in whole."""
    lines = [done.error] if done.error else []
    lines += [f"it ends {done.cut}: what is whole is in"] if done.cut else []
    lines += [f"row {bad.number}: {bad.reason}" for bad in done.problems]
    lines += [f"{done.bad} bad rows in all"] if done.bad > len(done.problems) else []
    return "".join(f"{line}\n" for line in [*lines, *done.notes]) if lines else ""


def _put_away(path: Path, now: datetime) -> None:
    """Move a file to done/; beside one of its name it gets the time behind its own."""
    folder = path.parent / DONE
    folder.mkdir(exist_ok=True)
    place = folder / path.name
    if place.exists():
        place = folder / f"{path.stem}-{now:%Y%m%d%H%M%S}{path.suffix}"
    path.replace(place)
