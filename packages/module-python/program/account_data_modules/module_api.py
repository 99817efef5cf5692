"""The part of Synapse's `ModuleApi` that is about account data, for modules that are written for Synapse.

Written from its documentation: https://element-hq.github.io/synapse/latest/modules/writing_a_module.html and
https://element-hq.github.io/synapse/latest/modules/account_data_callbacks.html.
"""

from __future__ import annotations

from typing import Any, Awaitable, Callable, Dict, Mapping, Optional

from .channel import Channel
from .errors import Unsupported
from .frozen import freeze

JsonDict = Dict[str, Any]
JsonMapping = Mapping[str, Any]

OnAccountDataUpdated = Callable[[str, Optional[str], str, JsonDict], Awaitable[None]]


class EventBase:
    """An event as it was sent into a room."""

    def __init__(self, event_id: str, event: JsonDict) -> None:
        self.event_id: str = event_id
        self.room_id: str = event["room_id"]
        self.sender: str = event["sender"]
        self.type: str = event["type"]
        self.content: JsonDict = event["content"]


class AccountDataManager:
    """Reads and changes account data."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def get_global(self, user_id: str, data_type: str) -> Optional[JsonMapping]:
        """What a user has of a type, frozen; None where there is nothing."""
        return freeze(await self._channel.call("get_global", {"user_id": user_id, "type": data_type}))

    async def put_global(self, user_id: str, data_type: str, new_data: JsonDict) -> None:
        """Sets what a user has of a type. All modules are told of it, this one too."""
        if not isinstance(data_type, str):
            raise TypeError(f"The type of account data is a str, not {type(data_type).__name__}.")
        if not isinstance(new_data, dict):
            raise TypeError(f"Account data is a dict, not {type(new_data).__name__}.")
        await self._channel.call("put_global", {"user_id": user_id, "type": data_type, "content": new_data})


class ModuleApi:
    """What a module is given when it is made."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._account_data_manager = AccountDataManager(channel)
        self._callbacks: list[OnAccountDataUpdated] = []

    def register_account_data_callbacks(self, *, on_account_data_updated: Optional[OnAccountDataUpdated] = None) -> None:
        if on_account_data_updated is not None:
            self._callbacks.append(on_account_data_updated)

    @property
    def account_data_manager(self) -> AccountDataManager:
        return self._account_data_manager

    async def create_and_send_event_into_room(self, event_dict: JsonDict) -> EventBase:
        """Sends an event: its `type`, `room_id`, `sender` and `content`."""
        answer = await self._channel.call("create_and_send_event_into_room", {"event": event_dict})
        return EventBase(answer["event_id"], event_dict)

    def __getattr__(self, name: str) -> Any:
        raise Unsupported(f"ModuleApi.{name} is not there: only what is about account data is.")
