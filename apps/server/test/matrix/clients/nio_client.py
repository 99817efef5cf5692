"""usage: nio_client.py URL TOKEN_OF_ALICE TOKEN_OF_BOB"""

import asyncio
import json
import sys
from urllib.parse import quote

from nio import AsyncClient, DirectRoomsErrorResponse, TagEvent

WORK = "!work:example.org"


async def main(url: str, _alices: str, bobs: str) -> None:
    found = {}
    client = AsyncClient(url, "@bob:example.org")
    client.restore_login("@bob:example.org", "device", bobs)
    found["whoami"] = (await client.whoami()).user_id

    async def send(method: str, path: str, content: object = None) -> None:
        base = f"/_matrix/client/v3/user/{quote('@bob:example.org')}/"
        answer = await client.send(method, base + path, None if content is None else json.dumps(content), {"Authorization": f"Bearer {bobs}"})
        assert answer.status == 200, await answer.text()

    none = await client.list_direct_rooms()
    assert isinstance(none, DirectRoomsErrorResponse)
    found["noDirect"] = none.status_code
    await send("PUT", "account_data/m.direct", {"@alice:example.org": [WORK]})
    found["direct"] = (await client.list_direct_rooms()).rooms
    await send("PUT", "account_data/org.example.theme", {"theme": "dark"})
    await send("PUT", f"rooms/{quote(WORK)}/account_data/org.example.note", {"text": "hello"})
    await send("PUT", f"rooms/{quote(WORK)}/tags/m.favourite", {"order": 0.25})

    events = []

    def told(where: str, event) -> None:
        events.append([where, "m.tag", event.tags] if isinstance(event, TagEvent) else [where, event.type, event.content])

    client.add_global_account_data_callback(lambda event: told("global", event), None)
    client.add_room_account_data_callback(lambda room, event: told(room.room_id, event), None)
    await client.sync(full_state=True)
    found["first"], events = sorted(events, key=lambda event: event[0] != "global"), []
    found["tagsOfRoom"] = client.rooms[WORK].tags
    await send("PUT", "account_data/org.example.theme", {})
    await send("DELETE", f"rooms/{quote(WORK)}/tags/m.favourite")
    while len(events) < 2:
        await client.sync(timeout=30_000)
    found["later"] = sorted(events, key=lambda event: event[0] != "global")
    found["tagsOfRoomLater"] = client.rooms[WORK].tags
    await client.close()
    print(json.dumps(found))


asyncio.run(main(*sys.argv[1:]))
