"""Notices by e-mail against a foreign SMTP server. See README.md. Arguments: the program heyan, the Python peers' folder."""

import email
import email.policy
import http.client
import json
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, sys.argv[2])
from aiosmtpd.controller import Controller  # noqa: E402

PATIENCE_S = 60
EXAMPLE = pathlib.Path(__file__).parents[3] / "examples/filings/first.json"


class Postbox:
    """Keeps what arrives; has no patience with one address and none at all for another."""

    def __init__(self):
        self.letters, self.asked = [], []
        self.changed = threading.Condition()

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        with self.changed:
            self.asked.append(address)
            self.changed.notify_all()
        if address.startswith("later") and self.asked.count(address) == 1:
            return "451 try again later"
        if address.startswith("never"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        with self.changed:
            letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.letters.append((envelope.rcpt_tos, letter))
            self.changed.notify_all()
        return "250 taken"

    def wait(self, reached, what):
        with self.changed:
            if not self.changed.wait_for(reached, PATIENCE_S):
                raise AssertionError(f"{what}; asked for {self.asked}")

    def to(self, address):
        return [letter for recipients, letter in self.letters if recipients == [address]]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Heyan:
    """`heyan serve --sandbox` with a mail server."""

    def __init__(self, program, folder, mail):
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        config = folder / "heyan.toml"
        doors = "\n".join(f'{door} = "{self.address}"' for door in ["portal", "api", "console"])
        config.write_text(
            f'sandbox = true\ndata = "{folder / "data"}"\nlisten = "127.0.0.1:{port}"\n[hosts]\n{doors}\n[mail]\n{mail}\n'
        )
        self.process = subprocess.Popen(
            [program, "serve", "--config", str(config)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout.readline().startswith("listening on"), self.process.stderr.read()
        self.said = []
        self.changed = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        self.cookies, self.requests = {}, 0

    def _read(self):
        for line in self.process.stderr:
            with self.changed:
                self.said.append(line)
                self.changed.notify_all()

    def says(self, words):
        with self.changed:
            if not self.changed.wait_for(lambda: any(words in line for line in self.said), PATIENCE_S):
                raise AssertionError(f"{words!r} is not in {self.said}")

    def page(self, path, form=None):
        """As a browser does it: loopback counts as secure, so that secure cookies are kept."""
        body = urllib.parse.urlencode(form) if form is not None else None
        headers = {"Origin": self.address, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(self.address.removeprefix("http://"), timeout=PATIENCE_S)
        connection.request("GET" if body is None else "POST", path, body, headers)
        answer = connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        text = answer.read().decode()
        connection.close()
        return self.page(answer.headers["Location"]) if answer.status == 303 else text

    def api(self, path, body):
        self.requests += 1
        headers = {
            "Content-Type": "application/json",
            "Authorization": "Bearer test_tencent",
            "Idempotency-Key": f"mail-{self.requests}",
        }
        request = urllib.request.Request(self.address + path, json.dumps(body).encode(), headers)
        try:
            return json.load(urllib.request.urlopen(request, timeout=PATIENCE_S))
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from error

    def switch_on(self):
        self.page("/console/sign-in", {"name": "tencent-admin", "password": "sandbox-tencent-admin", "next": "/console"})
        settings = self.page("/console/provider/settings")
        found = re.search(r'name="csrf" value="([^"]+)"', settings)
        assert found, settings
        csrf = found.group(1)
        self.page("/console/provider/settings", {"csrf": csrf, "initial_review": "skipped", "notices": "on"})

    def file(self, number, addresses):
        body = json.loads(EXAMPLE.read_text())
        body["report"] = True
        body["provider_order_no"] = f"MAIL-{number}"
        body["entity"]["head"]["email"], body["services"][0]["head"]["email"] = addresses
        return self.api("/v1/filings", body)

    def stop(self):
        self.process.terminate()
        assert self.process.wait(PATIENCE_S) == 0, self.said


def notices(program, folder):
    postbox = Postbox()
    server = Controller(postbox, hostname="127.0.0.1", port=free_port())
    server.start()
    heyan = Heyan(
        program, folder, f'server = "127.0.0.1:{server.port}"\nsecurity = "none"\nfrom = "Heyan <noreply@beian.example>"'
    )
    try:
        heyan.switch_on()
        filing = heyan.file(1, ["once@heads.example", "later@heads.example"])
        postbox.wait(lambda: postbox.to("once@heads.example"), "the head was not told")
        letter = postbox.to("once@heads.example")[0]
        assert letter["Auto-Submitted"] == "auto-generated", letter.as_string()
        assert "noreply@beian.example" in letter["From"] and "@beian.example>" in letter["Message-ID"]
        assert "\u63d0\u4ea4\u7ba1\u5c40" in letter["Subject"], letter["Subject"]
        text = letter.get_content()
        assert filing["id"] in text
        for private in ["15400000101", "\u6797\u793a\u9065", "120173"]:
            assert private not in text, text
        link = re.search(re.escape(heyan.address) + r"(/progress/[0-9a-f]+)", text).group(1)
        assert "15400000101" not in heyan.page(link)
        postbox.wait(lambda: "later@heads.example" in postbox.asked, "the other head was not asked for")
        heyan.says("a notice is tried again later")
        heyan.api("/v1/sandbox/clock/advance", {"seconds": 61})
        postbox.wait(lambda: postbox.to("later@heads.example"), "what was put off was not sent")
        # After a day nobody has verified, and the filing goes back.
        heyan.api("/v1/sandbox/clock/advance", {"seconds": 3 * 86_400})
        postbox.wait(lambda: len(postbox.to("once@heads.example")) == 2, "the head was not told of the return")
        assert "\u9000\u56de" in postbox.to("once@heads.example")[1]["Subject"]
        never = heyan.file(2, ["never@heads.example", "never@heads.example"])
        heyan.says("a notice is given up")
        assert postbox.asked.count("never@heads.example") == 1, "one address gets one mail"
        assert never["id"] != filing["id"]
    finally:
        heyan.stop()
        server.stop()


def nothing_in_clear(program, folder):
    postbox = Postbox()
    server = Controller(postbox, hostname="127.0.0.1", port=free_port())
    server.start()
    heyan = Heyan(program, folder, f'server = "127.0.0.1:{server.port}"\nfrom = "noreply@beian.example"')
    try:
        heyan.switch_on()
        heyan.file(1, ["once@heads.example", "once@heads.example"])
        heyan.says("a notice is tried again later")
        assert not postbox.asked, "a server without STARTTLS got an address"
    finally:
        heyan.stop()
        server.stop()


def main():
    for scenario in [notices, nothing_in_clear]:
        with tempfile.TemporaryDirectory() as folder:
            scenario(sys.argv[1], pathlib.Path(folder))
        print(f"{scenario.__name__}: ok")


main()
