#!/usr/bin/env python
"""Django's command-line utility, with the development settings unless DJANGO_SETTINGS_MODULE says otherwise."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alumni_site.settings.dev")
    try:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        # Ctrl-C while it was still starting: there is nothing to tell.
        sys.exit(130)


if __name__ == "__main__":
    main()
