"""Tell people by robot, mail or webhook what cannot wait until they look at the queue."""

from __future__ import annotations

from .causes import CAUSES, Cause
from .channels import CHANNELS
from .delivery import Courier, Listener, deliver, trial
from .heartbeat import beat
from .noticing import notice
from .overview import RobotRow, overview
from .robot import Robot, read_robots, robots_of

__all__ = [
    "CAUSES",
    "CHANNELS",
    "Cause",
    "Courier",
    "Listener",
    "Robot",
    "RobotRow",
    "beat",
    "deliver",
    "notice",
    "overview",
    "read_robots",
    "robots_of",
    "trial",
]
