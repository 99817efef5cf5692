#!/usr/bin/env bash
# mautrix 0.21.1: account data of rooms in a sync (`rooms.join.*.account_data`), such as a room's tags.
# Expected: a handler for `m.tag` hears of it, as one for `m.direct` hears of global account data.
# Seen: no handler is called for what is a room's, not even the one for all events; global account data comes.
set -euo pipefail
folder="$(mktemp -d)"; trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv venv && venv/bin/pip install --quiet --disable-pip-version-check mautrix==0.21.1
cat > run.py <<'PY'
import asyncio, sys
from mautrix.client import Client
from mautrix.types import EventType

SYNC = {
    "next_batch": "s1",
    "account_data": {"events": [{"type": "m.direct", "content": {"@bob:example.org": ["!room:example.org"]}}]},
    "rooms": {"join": {"!room:example.org": {"account_data": {"events": [
        {"type": "m.tag", "content": {"tags": {"m.favourite": {"order": 0.5}}}},
        {"type": "m.fully_read", "content": {"event_id": "$event"}},
    ]}}}},
}

async def main():
    client = Client(mxid="@alice:example.org", base_url="http://127.0.0.1:9", token="token")
    heard = []

    async def hear(event):
        heard.append(event.type.t)

    client.add_event_handler(EventType.ALL, hear, wait_sync=True)
    client.add_event_handler(EventType.find("m.tag", EventType.Class.ACCOUNT_DATA), hear, wait_sync=True)
    for task in client.handle_sync(SYNC):
        await task
    await client.api.session.close()
    print(f"expected: m.direct, m.tag and m.fully_read\nseen: {', '.join(heard)}")
    return 0 if heard == ["m.direct"] else 1

sys.exit(asyncio.run(main()))
PY
venv/bin/python run.py
