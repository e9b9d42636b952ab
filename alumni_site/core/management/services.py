"""What the commands that run background services in a process of their own have in common."""

import signal
import threading
from collections.abc import Sequence
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from alumni_site.core.background import Background, service_names
from alumni_site.core.start import StartRefused, prepare_service_start


class ServiceCommand(BaseCommand):
    """Runs `services` until SIGINT or SIGTERM."""

    services: Sequence[str]

    def handle(self, **options: Any) -> None:
        missing = set(self.services) - set(service_names())
        if missing:
            raise CommandError(f"No app has registered: {', '.join(sorted(missing))}")
        try:
            prepare_service_start()
        except StartRefused as error:
            raise CommandError(str(error)) from error
        background = Background(self.services)
        told_to_stop = threading.Event()

        def stop(number: int, frame: FrameType | None) -> None:
            told_to_stop.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        background.start()
        self.stdout.write(f"Running {', '.join(self.services)} (Ctrl-C stops it)")
        told_to_stop.wait()
        left = background.finish(seconds=25)
        self.stdout.write(f"Cut short: {', '.join(left)}" if left else "Stopped.")
