"""Takes the host's deliveries: signed webhooks over HTTP/1.1 on the loopback interface."""

from __future__ import annotations

import asyncio
import base64
import hmac
from typing import Awaitable, Callable

Handle = Callable[[bytes], Awaitable[int]]

_longest_head = 65_536
_longest_body = 256 * 1024 * 1024
_reasons = {204: b"No Content", 400: b"Bad Request", 401: b"Unauthorized", 500: b"Internal Server Error"}


class Receiver(asyncio.Protocol):
    """One connection: a request at a time, answered when it was handled. One that is given up is not handled further."""

    def __init__(self, key: bytes, handle: Handle) -> None:
        self._key = key
        self._handle = handle
        self._received = bytearray()
        self._running: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._running is not None:
            self._running.cancel()

    def data_received(self, data: bytes) -> None:
        self._received += data
        self._look()

    def _look(self) -> None:
        if self._running is not None:
            return
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            if len(self._received) > _longest_head:
                self._transport.abort()
            return
        headers = _headers_of(bytes(self._received[:end]))
        length = headers.get("content-length", "")
        if not length.isdecimal() or int(length) > _longest_body:
            self._answer(400)
            self._transport.close()
            return
        start = end + 4
        if len(self._received) < start + int(length):
            return
        body = bytes(self._received[start : start + int(length)])
        del self._received[: start + int(length)]
        if not self._is_signed(headers, body):
            self._answer(401)
            self._look()
            return
        self._running = asyncio.ensure_future(self._run(body))

    async def _run(self, body: bytes) -> None:
        status = await self._handle(body)
        self._running = None
        self._answer(status)
        self._look()

    def _answer(self, status: int) -> None:
        if not self._transport.is_closing():
            rest = b"\r\n\r\n" if status == 204 else b"\r\ncontent-length: 0\r\n\r\n"
            self._transport.write(b"HTTP/1.1 %d %s" % (status, _reasons[status]) + rest)

    def _is_signed(self, headers: dict[str, str], body: bytes) -> bool:
        # Without a limit on the time: the key is of this start of the program, and nobody else has it.
        signed = f"{headers.get('webhook-id', '')}.{headers.get('webhook-timestamp', '')}.".encode() + body
        expected = "v1," + base64.b64encode(hmac.digest(self._key, signed, "sha256")).decode()
        return any(hmac.compare_digest(expected, given) for given in headers.get("webhook-signature", "").split(" "))


def _headers_of(head: bytes) -> dict[str, str]:
    lines = head.decode("latin-1").split("\r\n")[1:]
    return {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def key_of(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"))


async def listen(key: bytes, handle: Handle) -> int:
    """Listens on a free port, and gives it."""
    server = await asyncio.get_running_loop().create_server(lambda: Receiver(key, handle), "127.0.0.1", 0)
    return server.sockets[0].getsockname()[1]
