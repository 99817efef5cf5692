import unittest
from typing import Any

from synapse.module_api.errors import ConfigError

from theme_notes import ThemeNotes

CONFIG = {"room": "!themes:example.org", "sender": "@themes:example.org"}


class Api:
    """What the module needs of Synapse's `ModuleApi`."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def register_account_data_callbacks(self, *, on_account_data_updated: Any) -> None:
        self.tell = on_account_data_updated

    async def create_and_send_event_into_room(self, event: dict[str, Any]) -> None:
        self.sent.append(event)


class ThemeNotesTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self) -> None:
        self.api = Api()
        ThemeNotes(ThemeNotes.parse_config(CONFIG), self.api)  # type: ignore[arg-type]

    async def test_tells_of_a_theme(self) -> None:
        await self.api.tell("@alice:example.org", None, "org.example.theme", {"theme": "dark"})
        await self.api.tell("@alice:example.org", None, "org.example.theme", {})
        bodies = [event["content"]["body"] for event in self.api.sent]
        self.assertEqual(bodies, ["@alice:example.org sees dark", "@alice:example.org sees the usual one"])
        self.assertEqual({event["room_id"] for event in self.api.sent}, {"!themes:example.org"})

    async def test_passes_over_the_rest(self) -> None:
        await self.api.tell("@alice:example.org", "!room:example.org", "org.example.theme", {"theme": "dark"})
        await self.api.tell("@alice:example.org", None, "m.direct", {"theme": "dark"})
        self.assertEqual(self.api.sent, [])

    def test_refuses_a_config_without_a_room(self) -> None:
        with self.assertRaises(ConfigError):
            ThemeNotes.parse_config({"sender": "@themes:example.org"})


if __name__ == "__main__":
    unittest.main()
