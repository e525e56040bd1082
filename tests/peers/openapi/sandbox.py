"""A sandbox of its own for each test, and how it is asked."""

import json
import pathlib
import subprocess
import urllib.request

ROOT = pathlib.Path(__file__).parents[3]
PATIENCE_S = 60


class Sandbox:
    """`heyan serve --sandbox` on a port of its own."""

    def __init__(self, program, data):
        command = [program, "serve", "--sandbox", "--data", data, "--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), line
        self.address = line.split()[2]
        self.requests = 0

    def ask(self, key, method, path, body=None, kind="application/json"):
        self.requests += 1
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": f"peer-{self.requests}", "If-Match": "*"}
        if body is not None:
            headers["Content-Type"] = kind
        request = urllib.request.Request(self.address + path, body, headers, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return json.load(answer)
