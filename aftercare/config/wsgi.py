"""What the web server calls."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from aftercare import clock
from aftercare.config import processes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftercare.config.settings")
clock.check()
processes.die_with_parent()

application = get_wsgi_application()
