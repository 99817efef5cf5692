"""The lines of JSON between this program and its host: they come on standard input, and go to a pipe of their own."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import threading
from contextvars import ContextVar
from typing import Any

from .errors import SynapseError

# Which delivery the running code belongs to; a task that a callback starts belongs to it, too.
current_delivery: ContextVar[int | None] = ContextVar("current_delivery", default=None)

_kinds = {"value": ValueError, "type": TypeError, "other": RuntimeError}


class Channel:
    """Speaks to the host. Its methods are called on the event loop, but for `send`, which any thread may call."""

    def __init__(self, outgoing: int) -> None:
        # What modules import by that name: the real one where Synapse is installed.
        self.identifier_error: type[Exception] = SynapseError
        self._outgoing = outgoing
        self._lock = threading.Lock()
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._calls = 0

    def send(self, message: dict[str, Any]) -> None:
        # Infinity and NaN are no JSON: a ValueError, as of whatever else can't be said.
        line = memoryview(json.dumps(message, allow_nan=False).encode() + b"\n")
        with self._lock:
            while line:
                line = line[os.write(self._outgoing, line) :]

    async def call(self, method: str, arguments: dict[str, Any]) -> Any:
        """Asks the host to do something, on behalf of the delivery at hand, and gives what it answered."""
        self._calls += 1
        number = self._calls
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        try:
            self.send({"type": "call", "call": number, "delivery": current_delivery.get(), "method": method, "arguments": arguments})
            return await answer
        finally:
            del self._answers[number]

    def hear(self, line: bytes) -> None:
        message = json.loads(line)
        if message["type"] == "ping":
            self.send({"type": "pong"})
            return
        answer = self._answers.get(message["call"])
        if answer is None or answer.done():
            return
        error = message.get("error")
        if error is None:
            answer.set_result(message.get("result"))
        elif error["kind"] == "identifier":
            answer.set_exception(self.identifier_error(400, error["message"], "M_INVALID_PARAM"))
        else:
            answer.set_exception(_kinds[error["kind"]](error["message"]))


class HostLog(logging.Handler):
    """Hands log records to the host, which strikes the account data of the delivery at hand out of them."""

    def __init__(self, channel: Channel) -> None:
        super().__init__()
        self._channel = channel

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._channel.send(
                {
                    "type": "log",
                    "delivery": current_delivery.get(),
                    "level": "error" if record.levelno >= 40 else "warn" if record.levelno >= 30 else "info" if record.levelno >= 20 else "debug",
                    "logger": record.name,
                    "message": self.format(record),
                }
            )
        except Exception:
            self.handleError(record)
