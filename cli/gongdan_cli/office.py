"""Where commands get their desk.  Tests put another one here; production has this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .options import config_path

if TYPE_CHECKING:
    from gongdan.desk import Desk


def open_desk() -> Desk:
    """Open the desk of the settings file that was asked for.

    What the core logs is heard with `--verbose` or `--log-format` only: what a person should know,
    commands say.
    """
    import logging

    from gongdan.desk import Desk

    from .logs import hide

    logging.getLogger("gongdan").addHandler(logging.NullHandler())
    desk = Desk.open(config_path())
    hide(secret.reveal() for owned in desk.config.secrets.values() for secret in owned.values())
    hide(desk.config.variables[name].reveal() for name in desk.config.variables
         if name.endswith(("_SECRET", "_TOKEN", "_CODE")))  # fmt: skip
    return desk
