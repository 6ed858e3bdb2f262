"""What a process answers over HTTP: is it well, how much does it do, and Telegram's webhook."""

import socket
from collections.abc import Sequence

import structlog
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.clock import Clock
from bot.health import Health, Report
from bot.metrics import Metrics
from storage import figures
from storage.database import Trouble
from storage.engine import Database


class PortTaken(Exception):
    """Somebody else listens there, or we may not."""


log = structlog.get_logger(__name__)


def watching_routes(health: Health, metrics: Metrics, db: Database, clock: Clock) -> list[Route]:
    """`/healthz` (whole), `/healthz/live` (for whoever starts processes again), `/metrics`."""

    async def whole(_request: Request) -> Response:
        report = await health.report()
        return _answer(report, fine=report.ready)

    async def live(_request: Request) -> Response:
        report = health.live()
        return _answer(report, fine=report.live)

    async def numbers(_request: Request) -> Response:
        try:
            seen = await db.read(figures.look, clock.now())
        except Trouble as error:
            return Response(f"the database does not answer: {type(error).__name__}", 503)
        return Response(metrics.page(seen, db.again), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", whole), Route("/healthz/live", live), Route("/metrics", numbers)]


def _answer(report: Report, *, fine: bool) -> Response:
    return JSONResponse(report.as_json(), 200 if fine else 503)


class Web:
    """The server, as a part of the process: raises :class:`PortTaken` where it cannot listen."""

    def __init__(self, host: str, port: int, routes: Sequence[Route]) -> None:
        self._socket = _listen(host, port)
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            Starlette(routes=list(routes)),
            log_config=None,
            log_level="critical",
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            date_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=3,
        )
        config.load()
        self._server = uvicorn.Server(config)
        self._server.lifespan = config.lifespan_class(config)

    async def start(self) -> None:
        """Listen. Not uvicorn's serve(): that would take the signals, which belong to the whole bot."""
        await self._server.startup(sockets=[self._socket])
        log.info("listening", port=self.port)

    async def stop(self) -> None:
        """Answer what is in hand, take nothing new."""
        if self._server.started:
            await self._server.shutdown(sockets=[self._socket])
        self._socket.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(1024)
    except OSError as error:
        made.close()
        raise PortTaken(f"nobody can listen on {host}:{port} ({error.strerror})") from None
    return made
