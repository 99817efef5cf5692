"""A module for Synapse's account data callbacks: tells a room when somebody changes their theme.

Only the standard library, and what Synapse's documentation says of `ModuleApi`. It runs in Synapse and here.
"""

import logging
from typing import Optional

from synapse.module_api import JsonDict, ModuleApi
from synapse.module_api.errors import ConfigError

logger = logging.getLogger(__name__)


class ThemeNotes:
    def __init__(self, config: JsonDict, api: ModuleApi) -> None:
        self._room: str = config["room"]
        self._sender: str = config["sender"]
        self._api = api
        api.register_account_data_callbacks(on_account_data_updated=self.on_account_data_updated)

    @staticmethod
    def parse_config(config: JsonDict) -> JsonDict:
        for name in ("room", "sender"):
            if not isinstance(config.get(name), str):
                raise ConfigError(f"'{name}' is required", (name,))
        return config

    async def on_account_data_updated(
        self, user_id: str, room_id: Optional[str], account_data_type: str, content: JsonDict
    ) -> None:
        if room_id is not None or account_data_type != "org.example.theme":
            return
        theme = content.get("theme", "the usual one")
        await self._api.create_and_send_event_into_room(
            {
                "type": "m.room.message",
                "room_id": self._room,
                "sender": self._sender,
                "content": {"msgtype": "m.text", "body": f"{user_id} sees {theme}"},
            }
        )
        logger.info("noted a theme")
