"""The figures of the seeds, summed over all workers and told at the end."""

from __future__ import annotations

from collections import Counter

import pytest

from .sending import told


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print a line for each simulation."""
    sums: dict[str, Counter[str]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport) and report.when == "call":
                for name, figures in report.user_properties:
                    if isinstance(figures, dict):
                        sums.setdefault(name, Counter()).update(figures)
    for name, figures in sums.items():
        terminalreporter.write_line(f"{name}: {told(figures)}")
