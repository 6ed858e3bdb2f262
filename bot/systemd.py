"""Tells the service manager how we are, by the protocol of sd_notify(3): one datagram a word.

Where nobody asked (``NOTIFY_SOCKET`` is not set) nothing happens. With systemd's ``Type=notify`` a deploy waits
until the bot really serves.
"""

import os
import socket


def notify(state: str) -> None:
    """Say ``READY=1``, ``STOPPING=1``, ``WATCHDOG=1`` or another word of the protocol."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):  # Linux's abstract namespace
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as there:
        try:
            there.connect(address)
            there.send(state.encode())
        except OSError:
            return  # a manager that is gone is no reason to stop serving
