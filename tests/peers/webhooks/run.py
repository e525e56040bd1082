"""Webhooks against the standard's own library. See README.md. Arguments: the program heyan, the Python peers' folder."""

import http.server
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request

sys.path.insert(0, sys.argv[2])
from standardwebhooks.webhooks import Webhook, WebhookVerificationError  # noqa: E402

PATIENCE_S = 60
EXAMPLE = pathlib.Path(__file__).parents[3] / "examples/filings/first.json"


class Receiver:
    """Keeps what arrives, and answers with the status it has been told."""

    def __init__(self):
        arrived = self.arrived = []
        changed = self.changed = threading.Condition()
        receiver, self.status = self, 204

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with changed:
                    arrived.append((dict(self.headers), body))
                    changed.notify_all()
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/heyan"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def until(self, reached, what):
        with self.changed:
            if not self.changed.wait_for(lambda: reached(self.arrived), PATIENCE_S):
                raise AssertionError(f"{what}: {len(self.arrived)} have arrived")
            return list(self.arrived)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Heyan:
    """`heyan serve --sandbox`, which can be killed and started again over the same data."""

    def __init__(self, program, data):
        self.command = [program, "serve", "--sandbox", "--data", data, "--listen", f"127.0.0.1:{free_port()}"]
        self.address = f"http://{self.command[-1]}"
        self.requests = 0
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout.readline().startswith("listening on")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def ask(self, method, path, body=None):
        self.requests += 1
        headers = {"Authorization": "Bearer test_other", "Idempotency-Key": f"peer-{self.requests}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return json.load(answer)

    def feed(self):
        return self.ask("GET", "/v1/events?limit=500")["items"]


def refuses(secret, headers, body):
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return True
    return False


def ids(arrived):
    return {headers["webhook-id"] for headers, _ in arrived}


def main(program):
    with tempfile.TemporaryDirectory() as folder:
        receiver, heyan = Receiver(), Heyan(program, folder)
        made = heyan.ask("POST", "/v1/webhook-endpoints", {"url": receiver.url})
        first = made["secret"]
        heyan.ask("POST", "/v1/filings", {**json.loads(EXAMPLE.read_text()), "report": True})
        wanted = {event["id"]: event for event in heyan.feed()}
        arrived = receiver.until(lambda all: ids(all) >= set(wanted), "what was filed")
        for headers, body in arrived:
            message = Webhook(first).verify(body, headers)
            event = wanted[headers["webhook-id"]]
            assert message == {"type": event["type"], "timestamp": event["at"], "data": event}, message
            assert refuses(first, headers, body.replace(b"filing", b"falsch")), "a changed octet"
        assert refuses("whsec_" + "A" * 43 + "=", *arrived[0]), "another secret"
        print("ok      standardwebhooks verifies what is sent")

        second = heyan.ask("POST", f"/v1/webhook-endpoints/{made['id']}/secret")["secret"]
        delivery = heyan.ask("GET", "/v1/deliveries")["items"][0]
        heyan.ask("POST", f"/v1/deliveries/{delivery['id']}/replay")
        again = receiver.until(lambda all: len(all) > len(arrived), "the replay")[-1]
        assert again[0]["webhook-id"] == delivery["event_id"], "a replay keeps its id"
        for secret in (first, second):
            Webhook(secret).verify(again[1], again[0])
        print("ok      while a secret is exchanged, both verify")

        receiver.status = 500
        filing = heyan.ask("GET", "/v1/filings")["items"][0]["id"]
        heyan.ask("POST", f"/v1/filings/{filing}/withdraw")
        withdrawn = heyan.feed()[-1]["id"]
        receiver.until(lambda all: withdrawn in ids(all), "what was withdrawn")
        heyan.kill()
        receiver.status = 204
        heyan.start()
        heyan.ask("POST", "/v1/sandbox/clock/advance", {"seconds": 6})
        tries = lambda all: [one for one in all if one[0]["webhook-id"] == withdrawn]
        twice = tries(receiver.until(lambda all: len(tries(all)) > 1, "the second try"))
        assert twice[0][1] == twice[1][1], "a message is the same each time"
        Webhook(second).verify(twice[1][1], twice[1][0])
        print("ok      a program that is killed goes on where it was")
        heyan.kill()


main(sys.argv[1])
