"""`python -m gongdan_cli`: the same as `gongdan`."""

from __future__ import annotations

from .app import main

main()
