"""What Prometheus may ask: counted as it happens, or read from the database when asked."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from storage.figures import Figures

_HANDLING = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Seconds."""


class Metrics:
    """The figures of one process; every name is explained in docs/operating.md."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._count()
        self._gauge()

    def _count(self) -> None:
        in_ = self.registry
        self._received = Counter(
            "hromada_bridge_updates_received", "Updates stored in the inbox", registry=in_
        )
        self._handled = Counter("hromada_bridge_updates", "Updates by outcome", ["outcome"], registry=in_)
        self._seconds = Histogram(
            "hromada_bridge_update_seconds",
            "From taking an update in hand to its commit",
            buckets=_HANDLING,
            registry=in_,
        )
        self._sends = Counter(
            "hromada_bridge_sends", "Calls by lane and result", ["lane", "result"], registry=in_
        )
        self._digests = Counter("hromada_bridge_digests_queued", "Digests put into the outbox", registry=in_)
        self._broke = Counter(
            "hromada_bridge_jobs_broken", "Scheduled jobs that failed", ["job"], registry=in_
        )

    def _gauge(self) -> None:
        in_ = self.registry
        self._inbox = Gauge("hromada_bridge_inbox_waiting", "Updates that wait", registry=in_)
        self._inbox_age = Gauge(
            "hromada_bridge_inbox_oldest_seconds", "Since when the oldest update waits", registry=in_
        )
        self._outbox = Gauge("hromada_bridge_outbox_due", "Messages to be sent", ["lane"], registry=in_)
        self._outbox_age = Gauge(
            "hromada_bridge_outbox_oldest_seconds",
            "Since when the oldest message is due",
            ["lane"],
            registry=in_,
        )
        self._dead = Gauge(
            "hromada_bridge_dead_letters", "Put aside until somebody looks", ["queue"], registry=in_
        )
        self._late = Gauge(
            "hromada_bridge_digests_late",
            "Digests whose hour has come and that are not queued yet",
            registry=in_,
        )
        self._late_age = Gauge(
            "hromada_bridge_digests_late_seconds", "How late the latest of them is", registry=in_
        )
        self._again = Gauge(
            "hromada_bridge_transactions_again",
            "Transactions begun once more, since the process started",
            registry=in_,
        )

    def received(self, fresh: int) -> None:
        """New updates were stored."""
        self._received.inc(fresh)

    def handled(self, outcome: str, seconds: float) -> None:
        """An update was dealt with."""
        self._handled.labels(outcome).inc()
        self._seconds.observe(seconds)

    def sent(self, lane: str, result: str) -> None:
        """Telegram answered a call, or did not."""
        self._sends.labels(lane, result).inc()

    def job(self, name: str, did: int | None) -> None:
        """A scheduled job ran; None where it broke."""
        if did is None:
            self._broke.labels(name).inc()
        elif name == "send_digests":
            self._digests.inc(did)

    def page(self, figures: Figures, again: int) -> bytes:
        """Everything, in Prometheus' text format."""
        self._inbox.set(figures.inbox.depth)
        self._inbox_age.set(figures.inbox.age)
        for lane, queue in figures.outbox.items():
            self._outbox.labels(lane.name.lower()).set(queue.depth)
            self._outbox_age.labels(lane.name.lower()).set(queue.age)
        self._dead.labels("inbox").set(figures.dead_updates)
        self._dead.labels("outbox").set(figures.dead_messages)
        self._late.set(figures.digests_late.depth)
        self._late_age.set(figures.digests_late.age)
        self._again.set(again)
        return generate_latest(self.registry)
