"""The machine room."""

import os

# Without this python-telegram-bot warns on every duration it hands out, and our warnings are errors.
os.environ.setdefault("PTB_TIMEDELTA", "true")
