"""usage: mautrix_client.py URL TOKEN_OF_ALICE TOKEN_OF_BOB"""

import asyncio
import json
import logging
import sys

from mautrix.client import Client
from mautrix.errors import MatrixRequestError
from mautrix.types import EventType, RoomTagInfo

logging.disable(logging.CRITICAL)
THEME = "org.example.theme"


async def code_of(refused) -> str:
    try:
        await refused
    except MatrixRequestError as error:
        return error.errcode
    return "nothing"


async def main(url: str, alices: str, bobs: str) -> None:
    found = {}
    client = Client(mxid="@alice:example.org", base_url=url, token=alices)
    found["whoami"] = (await client.whoami()).user_id
    found["never"] = await code_of(client.get_account_data("org.example.never"))
    await client.set_account_data(THEME, {"theme": "dark", "é": [1, 0.5]})
    found["theme"] = await client.get_account_data(THEME)
    await client.set_account_data("a/b ☃", {"n": 1})
    found["a/b ☃"] = await client.get_account_data("a/b ☃")
    await client.set_account_data("org.example.note", {"text": "hello"}, room_id="!work:example.org")
    found["note"] = await client.get_account_data("org.example.note", room_id="!work:example.org")
    await client.set_room_tag("!work:example.org", "m.favourite", RoomTagInfo(order=0.25))
    await client.set_room_tag("!work:example.org", "u.work")
    tags = (await client.get_room_tags("!work:example.org")).tags
    # mautrix makes None of a tag that says nothing more.
    found["tags"] = {tag: info and info.order for tag, info in tags.items()}
    await client.remove_room_tag("!work:example.org", "m.favourite")
    found["removed"] = list((await client.get_room_tags("!work:example.org")).tags)
    found["refused"] = await code_of(client.set_account_data("m.fully_read", {}))
    stranger = Client(mxid="@alice:example.org", base_url=url, token=bobs)
    found["stranger"] = await code_of(stranger.get_account_data(THEME))

    synced = []
    heard = asyncio.Queue()

    async def on_event(event) -> None:
        content = event.content.serialize()
        synced.append([event.type.t, content])
        heard.put_nowait(content)

    client.add_event_handler(EventType.find(THEME, EventType.Class.ACCOUNT_DATA), on_event, wait_sync=True)
    client.add_event_handler(EventType.find("a/b ☃", EventType.Class.ACCOUNT_DATA), on_event, wait_sync=True)
    client.start(None)
    await heard.get()
    await heard.get()
    # What there was comes in no order.
    synced.sort(key=lambda event: event[0] != THEME)
    for content in ({"theme": "light"}, {}):
        await client.set_account_data(THEME, content)
        await heard.get()
    client.stop()
    found["synced"] = synced
    await client.api.session.close()
    await stranger.api.session.close()
    print(json.dumps(found))


asyncio.run(main(*sys.argv[1:]))
