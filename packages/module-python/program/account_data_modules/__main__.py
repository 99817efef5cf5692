"""Runs one module for its host: see README.md of the package @account-data/module-python."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import select
import sys
import threading
import time

from .channel import Channel, HostLog
from .delivering import Delivering
from .loading import Refused, load_class, make_module, offer_stand_in, parse_config, synapse_errors
from .module_api import ModuleApi
from .receiver import key_of, listen


# Seconds that are left to end in order when the host is gone; the host itself waits as long.
LONGEST_LEAVE = 5


def end_with_host(outgoing: int) -> None:
    """Ends this program some seconds after the host is gone, though its event loop may be blocked."""

    def watch() -> None:
        pipe = select.poll()
        pipe.register(outgoing, 0)
        pipe.poll()  # Returns when the other end is closed: nothing else is asked for.
        time.sleep(LONGEST_LEAVE)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


async def run(outgoing: int) -> int:
    loop = asyncio.get_running_loop()
    channel = Channel(outgoing)
    logging.basicConfig(handlers=[HostLog(channel)], format="%(message)s", level=logging.INFO)
    incoming = asyncio.StreamReader(limit=2**30)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(incoming), sys.stdin)
    settings = json.loads(await incoming.readline())
    api = ModuleApi(channel)
    offer_stand_in()
    try:
        made_of = load_class(settings["class"])
        parsed = parse_config(made_of, settings["config"])
        if "secret" not in settings:
            channel.send({"type": "checked"})
            return 0
        make_module(settings["class"], made_of, parsed, api)
    except Refused as refused:
        channel.send({"type": "refused", "problem": refused.problem, "path": refused.path})
        return 2
    channel.identifier_error = synapse_errors().SynapseError
    delivering = Delivering(channel, api._callbacks)
    port = await listen(key_of(settings["secret"]), delivering.handle)
    channel.send({"type": "ready", "port": port})
    # The end of standard input is the end of the host, or its wish that this program ends.
    while line := await incoming.readline():
        channel.hear(line)
    return 0


def main() -> None:
    if sys.version_info < (3, 10):
        sys.exit(f"Python 3.10 or newer is needed; {sys.executable} is {sys.version.split()[0]}.")
    end_with_host(3)
    sys.exit(asyncio.run(run(3)))


if __name__ == "__main__":
    main()
