#!/usr/bin/env bash
# matrix-synapse 1.163.2: a PUT of room account data of the type `m.tag`, which the endpoint for tags manages.
# Expected: refused with 405, as `m.fully_read` is; tags never reach a module's callback for account data.
# Seen: 200, kept beside the tags as account data, given to the modules' callback, and never shown as a tag by the endpoint
# for tags. A first sync tells of `m.tag` twice in the room, with different contents.
set -euo pipefail
folder="$(mktemp -d)"; trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv venv && venv/bin/pip install --quiet --disable-pip-version-check matrix-synapse==1.163.2
cat > heard.py <<'PY'
import logging

class Heard:
    def __init__(self, config, api):
        api.register_account_data_callbacks(on_account_data_updated=self.on_updated)

    @staticmethod
    def parse_config(config):
        return config

    async def on_updated(self, user_id, room_id, account_data_type, content):
        logging.getLogger("heard").warning("HEARD %s", account_data_type)
PY
cat > run.py <<'PY'
import base64, hashlib, hmac, json, os, re, subprocess, sys, urllib.error, urllib.parse, urllib.request

SECRET = "secret"
json.dump({"version": 1, "handlers": {"out": {"class": "logging.StreamHandler"}}, "disable_existing_loggers": False,
           "loggers": {"synapse.app._base": {"level": "INFO"}}, "root": {"level": "WARNING", "handlers": ["out"]}}, open("log.yaml", "w"))
open("signing.key", "w").write("ed25519 a_test " + base64.b64encode(os.urandom(32)).decode().rstrip("=") + "\n")
json.dump({"server_name": "example.org", "database": {"name": "sqlite3", "args": {"database": "homeserver.db"}},
           "listeners": [{"type": "http", "port": 0, "bind_addresses": ["127.0.0.1"], "resources": [{"names": ["client"]}]}],
           "modules": [{"module": "heard.Heard", "config": {}}], "log_config": "log.yaml", "signing_key_path": "signing.key",
           "media_store_path": "media", "trusted_key_servers": [], "report_stats": False, "registration_shared_secret": SECRET,
           "macaroon_secret_key": SECRET, "form_secret": SECRET}, open("homeserver.yaml", "w"))
synapse = subprocess.Popen([sys.executable, "-m", "synapse.app.homeserver", "--config-path", "homeserver.yaml"],
                           stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "."})
for line in synapse.stderr:
    found = re.search(r"now listening on TCP port (\d+)", line)
    if found:
        break
base = f"http://127.0.0.1:{found.group(1)}"

def ask(method, path, body=None, token=None):
    request = urllib.request.Request(base + path, method=method, data=None if body is None else json.dumps(body).encode(),
                                     headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)

try:
    nonce = ask("GET", "/_synapse/admin/v1/register")[1]["nonce"]
    mac = hmac.new(SECRET.encode(), f"{nonce}\0alice\0password\0notadmin".encode(), hashlib.sha1).hexdigest()
    alice = ask("POST", "/_synapse/admin/v1/register", {"nonce": nonce, "username": "alice", "password": "password", "admin": False, "mac": mac})[1]
    token, user = alice["access_token"], urllib.parse.quote(alice["user_id"])
    room = urllib.parse.quote(ask("POST", "/_matrix/client/v3/createRoom", {}, token)[1]["room_id"])
    at = f"/_matrix/client/v3/user/{user}/rooms/{room}"
    ask("PUT", f"{at}/tags/m.favourite", {"order": 0.5}, token)
    read_marker = ask("PUT", f"{at}/account_data/m.fully_read", {"event_id": "$event"}, token)[0]
    tag = ask("PUT", f"{at}/account_data/m.tag", {"tags": {"u.other": {}}}, token)[0]
    tags = ask("GET", f"{at}/tags", token=token)[1]["tags"]
    joined = ask("GET", "/_matrix/client/v3/sync", token=token)[1]["rooms"]["join"]
    told = [event["content"]["tags"] for one in joined.values() for event in one["account_data"]["events"] if event["type"] == "m.tag"]
finally:
    synapse.terminate()
heard = re.findall(r"HEARD (\S+)", synapse.stderr.read())
seen = {"PUT m.fully_read": read_marker, "PUT m.tag": tag, "tags": tags, "callback": heard, "sync": told}
print("expected:", json.dumps({"PUT m.fully_read": 405, "PUT m.tag": 405, "tags": {"m.favourite": {"order": 0.5}}, "callback": [], "sync": [{"m.favourite": {"order": 0.5}}]}))
print("seen:", json.dumps(seen))
wanted = read_marker == 405 and tag == 200 and heard == ["m.tag"] and "u.other" not in tags and len(told) == 2
sys.exit(0 if wanted else 1)
PY
venv/bin/python run.py
