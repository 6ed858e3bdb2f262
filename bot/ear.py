"""Whether Telegram's updates reach this process: what the poller or the webhook's watch knows, and a probe asks."""

from dataclasses import dataclass


@dataclass
class Ear:
    """``hears`` is False while somebody else gets what is meant for us, or nobody does."""

    hears: bool = True
