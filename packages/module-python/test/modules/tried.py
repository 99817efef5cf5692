"""A module for tests: what it does with a change is its type's last word."""

import asyncio
import logging
import os
import signal
import time
from typing import Any

from synapse.module_api import JsonDict, ModuleApi
from synapse.module_api.errors import ConfigError

logger = logging.getLogger(__name__)


class Tried:
    def __init__(self, config: JsonDict, api: ModuleApi):
        self._config = config
        self._api = api
        self._seen: list[Any] = []
        if config.get("fails"):
            raise RuntimeError("on purpose")
        if config.get("hangs"):
            print("hangs", flush=True)
            time.sleep(3600)
        if config.get("spam"):
            api.register_spam_checker_callbacks(check_event_for_spam=None)
        api.register_account_data_callbacks(on_account_data_updated=self.on_change)

    @staticmethod
    def parse_config(config: JsonDict) -> JsonDict:
        if "room" not in config:
            raise ConfigError("'room' is required", ("room",))
        return config

    async def _say(self, text: Any) -> None:
        event = {"type": "m.room.message", "room_id": self._config["room"], "sender": "@teller:example.org"}
        await self._api.create_and_send_event_into_room({**event, "content": {"msgtype": "m.text", "body": str(text)}})

    async def on_change(self, user_id: str, room_id: str | None, account_data_type: str, content: JsonDict) -> None:
        self._seen.append(account_data_type)
        await getattr(self, account_data_type.rpartition(".")[2])(user_id, room_id, content)

    async def tell(self, user_id: str, room_id: str | None, content: JsonDict) -> None:
        await self._say(f"{user_id} {room_id} {content!r}")

    async def put(self, user_id: str, room_id: str | None, content: JsonDict) -> None:
        await self._api.account_data_manager.put_global(user_id, "org.example.copy", content)

    async def get(self, user_id: str, room_id: str | None, content: JsonDict) -> None:
        found = await self._api.account_data_manager.get_global(user_id, content["type"])
        if found is None:
            await self._say("nothing")
            return
        try:
            found["theme"] = "changed"
        except TypeError:
            await self._say(f"frozen {dict(found)!r}")

    async def wrong(self, user_id: str, room_id: str | None, content: JsonDict) -> None:
        manager = self._api.account_data_manager
        for name, attempt in {
            "no user ID": lambda: manager.get_global("alice", "t"),
            "no type": lambda: manager.put_global(user_id, 5, {}),
            "no object": lambda: manager.put_global(user_id, "t", "text"),
            "no JSON": lambda: manager.put_global(user_id, "t", {"n": 1e400}),
        }.items():
            try:
                await attempt()
            except Exception as error:
                await self._say(f"{name}: {type(error).__name__}")

    async def fail(self, user_id: str, room_id: str | None, content: JsonDict) -> None:
        raise KeyError(f"no {content['secret']} of {user_id}")

    async def log(self, user_id: str, room_id: str | None, content: JsonDict) -> None:
        logger.warning("seen %s of %s", content["secret"], user_id)
        print("printed, and in nobody's way")

    async def wait(self, user_id: str, room_id: str | None, content: JsonDict) -> None:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            self._seen.append("cancelled")
            raise

    async def seen(self, user_id: str, room_id: str | None, content: JsonDict) -> None:
        await self._say(self._seen)

    async def pid(self, user_id: str, room_id: str | None, content: JsonDict) -> None:
        await self._say(os.getpid())

    async def end(self, user_id: str, room_id: str | None, content: JsonDict) -> None:
        os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(60)


    async def hang(self, user_id: str, room_id: str | None, content: JsonDict) -> None:
        await self._say("hangs")
        time.sleep(3600)


class NotParsed:
    def __init__(self, config: Any, api: ModuleApi):
        api.register_account_data_callbacks()
