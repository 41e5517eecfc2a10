"""Pictures as the platform takes them: JPG, GIF or PNG, known by their first bytes.

Source:
    the TOP notes, sections 2.3, 4.4 and A.8.
"""

from __future__ import annotations

from gongdan import Action, File

MOST_BYTES = 500_000  # of a message; not stated: 1000 or 1024 to the K
KINDS = {b"\xff\xd8\xff": "jpeg", b"GIF8": "gif", b"\x89PNG\r\n\x1a\n": "png"}
# A message of a refund must have a picture: one white pixel, 67 bytes, the smallest PNG there is.
PLACEHOLDER = File(
    "image.png",
    "image/png",
    bytes.fromhex(
        "89504e470d0a1a0a 0000000d 49484452 00000001000000010100000000 376ef924"
        "0000000a 49444154 78da63680000008200 81 da45083b 00000000 49454e44 ae426082"
    ),
)


def kind_of(file: File) -> str:
    """Return jpeg, gif or png; "" for everything else."""
    return next((kind for magic, kind in KINDS.items() if file.data.startswith(magic)), "")


def picture_of(action: Action) -> File | None:
    """Return the action's picture, None if it has none; its own name is nobody's business."""
    if not action.files:
        return None
    kind = kind_of(action.files[0])
    return File(f"image.{kind}", f"image/{kind}", action.files[0].data)


def wrong_pictures(action: Action) -> str:
    """Return what is wrong with the action's pictures, or ""."""
    return "" if all(map(kind_of, action.files)) else "the picture is no JPG, GIF or PNG"
