"""`python -m tests.messaging.warm`: a process that has loaded the network, and becomes `manage.py serve` for each line it reads.

Starting the server a hundred times is mostly reading Python files. Here each server is a fork of one process that has read them:
it runs the same command, on the same data, and can be killed the same way. Prints the number of each process.
"""

import os
import signal
import sys

import django
from django.core.management import execute_from_command_line

django.setup()

import alumni_site.urls  # noqa: E402, F401
import messaging.consumers  # noqa: E402, F401


def main() -> None:
    # Nobody waits for those who are killed.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while sys.stdin.readline():
        number = os.fork()
        if number == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            sys.stdin.close()
            os.dup2(2, 1)
            execute_from_command_line(["manage.py", "serve"])
            os._exit(0)
        print(number, flush=True)


if __name__ == "__main__":
    main()
