"""The plugins that this command line works with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gongdan.plugins.registry import Plugins


def installed() -> Plugins:
    """Load what is installed, as far as $GONGDAN_PLUGINS allows."""
    from gongdan.plugins.registry import Plugins

    return Plugins.installed(os.environ.get("GONGDAN_PLUGINS", ""))
