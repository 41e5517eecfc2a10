"""Copies of kept pictures in a person's folder, under names that tell what they are of."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gongdan.errors import ConfigError

if TYPE_CHECKING:
    from gongdan.pictures.picture import Picture


def copy_to(folder: Path, ticket: str, pictures: Sequence[Picture]) -> tuple[Picture, ...]:
    """Copy what is kept to `FOLDER/shop-stream-id-1.jpg`, and return it with its new paths.

    Raises:
        ConfigError: the folder cannot be written, or holds another file of that name.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return tuple(_copied(folder, ticket, n, one) for n, one in enumerate(pictures, 1))
    except OSError as error:
        raise ConfigError(f"{error.filename or folder}: {error.strerror}") from error


def _copied(folder: Path, ticket: str, number: int, picture: Picture) -> Picture:
    if picture.path is None:
        return picture
    data = picture.path.read_bytes()
    path = folder / f"{ticket.replace('/', '-')}-{number}{picture.path.suffix}"
    if not path.exists():
        handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    elif path.read_bytes() != data:
        raise ConfigError(f"{path}: is there already and is another picture; choose another folder")
    return replace(picture, path=path)
