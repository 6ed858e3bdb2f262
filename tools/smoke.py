"""A visitor's first minute: `make run` on what it installed alone answers on its port, and Ctrl-C ends it cleanly."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

PATIENCE = 60
"""Seconds until the page must be there."""


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def answers(address: str, until: float) -> bool:
    """Whether the page comes before then."""
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=5) as page:
                return b"Hromada Bridge" in page.read()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    return False


def main() -> int:
    """0 when a visitor would be happy."""
    port, began = free_port(), time.monotonic()
    command = [str(Path(sys.executable).parent / "hromada-bridge"), "run"]
    env = os.environ | {"PORT": str(port), "BOT_TOKEN": ""}
    with tempfile.TemporaryDirectory() as folder:
        running = subprocess.Popen(command, env=env, cwd=folder)
        try:
            there = answers(f"http://127.0.0.1:{port}/", began + PATIENCE)
            took = time.monotonic() - began
        finally:
            running.send_signal(signal.SIGINT)
            ended = running.wait(timeout=30)
    sys.stdout.write(f"page there: {there} after {took:.1f} s; Ctrl-C ended it with {ended}\n")
    return 0 if there and ended == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
