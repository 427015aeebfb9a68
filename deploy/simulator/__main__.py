# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run the simulator: ``python -m deploy.simulator --state DIR --port P``."""

from __future__ import annotations

import argparse
import asyncio
import gc
import threading
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from deploy.simulator.app import Simulator, make_app
from deploy.simulator.sellers import DEFAULT, load_sellers
from deploy.simulator.tls import ensure_certificates


class Protocol(H11Protocol):
    """HTTP whose connection a fault can close without a word."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Let the application reach the connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


def main() -> None:
    """Read the command line and serve until stopped."""
    options = _options()
    # A feed is a million objects that nothing refers to in circles: looking for
    # those all the time would take as long as the feed.
    gc.set_threshold(200_000, 20, 100)
    ensure_certificates(options.state)
    simulator = Simulator(options.state, load_sellers(options.sellers), options.speed)
    simulator.documents.base = f"https://{options.host}:{options.port}"
    for work in (simulator.work, simulator.fetch_images):
        threading.Thread(target=work, daemon=True).start()
    config = uvicorn.Config(
        make_app(simulator),
        host=options.host,
        port=options.port,
        http=Protocol,
        lifespan="off",
        log_level="warning",
        ssl_certfile=options.state / "server.pem",
        ssl_keyfile=str(options.state / "server.key"),
        timeout_graceful_shutdown=1,
        timeout_keep_alive=30,
    )
    uvicorn.Server(config).run()
    simulator.stop()


def _options() -> Any:
    parser = argparse.ArgumentParser(prog="python -m deploy.simulator")
    parser.add_argument("--state", type=Path, required=True, help="folder of its state")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--speed", type=float, default=1.0, help="simulated s per s")
    parser.add_argument("--sellers", type=Path, default=DEFAULT)
    return parser.parse_args()


if __name__ == "__main__":
    main()
