"""`python -m sandbox`: the sandbox alone, for a bot that runs elsewhere."""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from sandbox.server import SandboxServer


async def _serve(server: SandboxServer) -> None:
    await server.start()
    print(f"Sandbox: {server.url}   Bot API: {server.url}/bot<token>   (Ctrl-C ends it)", flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        await server.stop()


def main() -> None:
    """Read the options and run until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080, help="0 lets the system choose")
    parser.add_argument("--token", default="1:SANDBOX", help="what the bot must present")
    parser.add_argument("--name", action="append", default=[], help="a name by which others may open it")
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(SandboxServer(options.token, options.host, options.port, names=options.name)))


if __name__ == "__main__":
    main()
