"""Exit code 1 when a model differs from its migrations."""

from __future__ import annotations

import os
import sys
import warnings

import django
from django.core.management import call_command

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    warnings.filterwarnings("ignore", message="Got an error checking a consistent migration history")
    django.setup()
    try:
        call_command("makemigrations", check=True, dry_run=True)
    except SystemExit as exit_:
        sys.exit(exit_.code)
