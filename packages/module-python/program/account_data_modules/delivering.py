"""Calls the callbacks of the module for each delivery."""

from __future__ import annotations

import json
import os
import traceback
from typing import Any

from .channel import Channel, current_delivery
from .module_api import OnAccountDataUpdated


class Delivering:
    """Callbacks run in the order of their registration, each awaited before the next; one that fails keeps none from running."""

    def __init__(self, channel: Channel, callbacks: list[OnAccountDataUpdated]) -> None:
        self._channel = channel
        self._callbacks = callbacks

    async def handle(self, body: bytes) -> int:
        """The status of the answer: what failed is told to the host before."""
        message = json.loads(body)
        delivery: int = message["delivery"]
        current_delivery.set(delivery)
        failure: Exception | None = None
        for callback in self._callbacks:
            try:
                data = message["data"]
                await callback(data["user_id"], data["room_id"], data["type"], data["content"])
            except Exception as error:
                failure = failure or error
        if failure is None:
            return 204
        self._channel.send({"type": "failed", "delivery": delivery, **_told(failure)})
        return 500


def _told(error: Exception) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{os.path.basename(frames[-1].filename)}, line {frames[-1].lineno}" if frames else ""
    return {"error": type(error).__name__, "message": str(error), "place": place}
