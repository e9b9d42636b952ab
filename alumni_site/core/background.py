"""Loops that run beside the web server: worker, drainer, schedule. Apps register theirs in `AppConfig.ready`.

`manage.py serve` runs them all as threads of the one process; `manage.py worker` and `manage.py drain_index` run some of
them in a process of their own. See docs/decisions/one-process.md.
"""

import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import structlog
from django.db import DatabaseError, close_old_connections, connections

logger = structlog.get_logger(__name__)

RunService = Callable[[threading.Event], None]

SECONDS_BETWEEN_BEATS = 5
_LONGEST_WAIT_AFTER_A_CRASH = 30.0
# Names this process in heartbeats, task claims and leases. A restarted process is a new one.
PROCESS = f"{socket.gethostname()[:24]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"

_services: dict[str, RunService] = {}


def register_service(name: str, run: RunService) -> None:
    """Declare a loop. `run(stop)` works until `stop` is set and then returns within a few seconds.

    When it raises, it is logged and started again after a wait. It must be safe to kill at any point.
    """
    _services[name] = run


def service_names() -> list[str]:
    """Every registered service, in the order they were declared."""
    return list(_services)


@dataclass
class _Running:
    name: str
    thread: threading.Thread
    # False while it waits after a crash: then it does not answer.
    well: bool = True


@dataclass
class Background:
    """Some services, each in a thread of this process."""

    names: Iterable[str]
    stop: threading.Event = field(default_factory=threading.Event)
    _running: list[_Running] = field(default_factory=list)
    _beat: threading.Thread | None = None

    def start(self) -> None:
        """Start each service and its heartbeat. Raises KeyError for a name nobody registered."""
        for name in self.names:
            running = _Running(name, threading.Thread(name=name, daemon=True))
            running.thread = threading.Thread(
                target=self._supervise, args=(running, _services[name]), name=f"service-{name}", daemon=True
            )
            self._running.append(running)
        for running in self._running:
            running.thread.start()
        self._beat = threading.Thread(target=self._keep_beating, name="heartbeat", daemon=True)
        self._beat.start()

    def finish(self, seconds: float = 10) -> list[str]:
        """Ask all to stop and wait that long. Returns the names of those that went on; they die with the process."""
        self.stop.set()
        deadline = time.monotonic() + seconds
        for running in self._running:
            running.thread.join(max(0.0, deadline - time.monotonic()))
        if self._beat is not None:
            self._beat.join(max(1.0, deadline - time.monotonic()))
        return [running.name for running in self._running if running.thread.is_alive()]

    def _supervise(self, running: _Running, run: RunService) -> None:
        wait = 1.0
        while not self.stop.is_set():
            started = time.monotonic()
            try:
                run(self.stop)
            except Exception:
                logger.exception("service_crashed", service=running.name)
            finally:
                connections.close_all()
            if self.stop.is_set():
                return
            # A service that ran for a good while has earned a quick restart.
            wait = 1.0 if time.monotonic() - started > 60 else min(wait * 2, _LONGEST_WAIT_AFTER_A_CRASH)
            running.well = False
            self.stop.wait(wait)
            running.well = True

    def _keep_beating(self) -> None:
        from alumni_site.core.heartbeats import beat, stop_beating

        while True:
            try:
                close_old_connections()
                beat(running.name for running in self._running if running.well and running.thread.is_alive())
            except DatabaseError:
                # The database is locked or away. /readyz tells of it; the next beat is soon.
                logger.warning("heartbeat_missed")
            if self.stop.wait(SECONDS_BETWEEN_BEATS):
                break
        try:
            stop_beating()
        except DatabaseError:
            logger.warning("heartbeat_left_behind")
        finally:
            connections.close_all()
