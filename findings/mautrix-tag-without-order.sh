#!/usr/bin/env bash
# mautrix 0.21.1: `get_room_tag` for a tag that is set without an order, `{}`, which is what clients set for `u.work` and its like.
# Expected: a tag info without an order; None, as its documentation says, for a tag that the room has not.
# Seen: None for both, so that a tag that is set is taken for one that is not.
set -euo pipefail
folder="$(mktemp -d)"; trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv venv && venv/bin/pip install --quiet --disable-pip-version-check mautrix==0.21.1
cat > run.py <<'PY'
import asyncio, sys
from aiohttp import web
from mautrix.client import Client

async def tags(request):
    return web.json_response({"tags": {"u.work": {}, "m.favourite": {"order": 0.5}}})

async def main():
    app = web.Application()
    app.router.add_get("/{rest:.*}/tags", tags)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    client = Client(mxid="@alice:example.org", base_url=f"http://127.0.0.1:{port}", token="token")
    there, ordered, absent = [await client.get_room_tag("!room:example.org", tag) for tag in ("u.work", "m.favourite", "u.absent")]
    await client.api.session.close()
    await runner.cleanup()
    print(f"with an order: {ordered.order}; absent: {absent}\nexpected without one: something else than None\nseen: {there}")
    return 0 if there is None and absent is None and ordered.order == 0.5 else 1

sys.exit(asyncio.run(main()))
PY
venv/bin/python run.py
