"""The pictures of a message: where the file is, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..words.table import Words
from .folding import fold

if TYPE_CHECKING:
    from gongdan.pictures.picture import Picture
    from gongdan.ticket import Message


def picture_lines(
    message: Message, pictures: Sequence[Picture], width: int, words: Words
) -> Iterator[str]:
    """Yield a line a picture; an address that stays good is shown itself."""
    known = {picture.url: picture for picture in pictures}
    for url in message.files:
        picture = known.get(url)
        yield from fold(url if picture is None else state_of(picture, words), width, "    ")


def state_of(picture: Picture, words: Words) -> str:
    """Return where a picture is, or how it stands."""
    if picture.path is not None:
        return str(picture.path)
    if picture.over:
        return words("picture.lost", error=picture.error)
    return words("picture.failed" if picture.error else "picture.waits", error=picture.error)
