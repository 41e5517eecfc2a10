"""Put a text into the clipboard: by the desktop's own command, else by the terminal (OSC 52).

A terminal never says whether it took it; over SSH it is the one that has the person's clipboard.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import Literal, TypeAlias

Way: TypeAlias = Literal["desktop", "terminal", ""]
# What must be in the environment, and the command that takes UTF-8 on its standard input.
_COMMANDS = (
    ("WAYLAND_DISPLAY", ("wl-copy",)),
    ("DISPLAY", ("xclip", "-selection", "clipboard")),
    ("DISPLAY", ("xsel", "--clipboard", "--input")),
    ("", ("pbcopy",)),
)
_TAKES_S = 5.0


def copy(text: str) -> Way:
    """Copy *text*, and nothing but it; return by which way, "" where there is no clipboard."""
    if not any(name in os.environ for name in ("SSH_TTY", "SSH_CONNECTION")):
        for needs, command in _COMMANDS:
            if (not needs or os.environ.get(needs)) and _by(command, text):
                return "desktop"
    if not sys.stderr.isatty() or os.environ.get("TERM", "") in ("", "dumb", "linux"):
        return ""
    sys.stderr.write(f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\x07")
    sys.stderr.flush()
    return "terminal"


def _by(command: tuple[str, ...], text: str) -> bool:
    path = shutil.which(command[0])
    if path is None:
        return False
    try:
        # It may stay behind to hold the clipboard, so that nothing of it is waited for but its end.
        done = subprocess.run(
            [path, *command[1:]], input=text.encode(), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, timeout=_TAKES_S, check=False, env=_utf8(os.environ),
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _utf8(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which pbcopy takes its input for UTF-8."""
    return {"LC_CTYPE": "UTF-8", **environment}
