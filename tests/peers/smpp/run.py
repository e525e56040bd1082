"""Foreign SMPP programs against ours. See README.md. Arguments: the program heyan, the example send_smpp, the Python peers' folder,
the folder of the npm peers."""

import asyncio
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

PHONE = "15400000001"
PATIENCE_S = 60
FAULTS = r"cannot be read|broken|exceeded|nobody waited|refused"


class Lines:
    """A program and what it prints."""

    def __init__(self, *command, **options):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)
        self.lines = []
        self.changed = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            with self.changed:
                self.lines.append(line.rstrip())
                self.changed.notify_all()

    def count(self, pattern):
        return sum(1 for line in self.lines if re.search(pattern, line))

    def expect(self, pattern, times=1):
        """Waits until so many lines fit; gives the first."""
        with self.changed:
            if not self.changed.wait_for(lambda: self.count(pattern) >= times, PATIENCE_S):
                raise AssertionError(f"{times} of {pattern!r} are not in:\n" + "\n".join(self.lines))
        return next(found for found in map(lambda line: re.search(pattern, line), self.lines) if found)

    def never(self, pattern):
        found = [line for line in self.lines if re.search(pattern, line)]
        if found:
            raise AssertionError(f"{pattern!r} is in {found}")

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE_S)


class Double(Lines):
    """`heyan sms simulate --smpp` on a free port."""

    def __init__(self, heyan):
        super().__init__(heyan, "sms", "simulate", "--smpp", "127.0.0.1:0")
        self.port = int(self.expect(r"SMPP: listening on 127\.0\.0\.1:(\d+)").group(1))


def sent(program, port, count, *more):
    """What our client says that became of so many messages."""
    command = [program, f"127.0.0.1:{port}", "901234", "secret", "16", str(count), *more]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=PATIENCE_S * 2)
    if done.returncode != 0:
        raise AssertionError(done.stdout)
    return done.stdout.splitlines()[0]


def npm_server(tools):
    """Our client against the server of the npm package smpp, whose receipts have their ids in another base."""
    server = Lines("node", os.path.join(os.path.dirname(__file__), "server.js"), env={**os.environ, "NODE_PATH": tools.node})
    try:
        port = server.expect(r"^(\d+)$").group(1)
        told = sent(tools.send, port, 1000)
        assert told == "answered 1000, refused 0, delivered 1000, failed 0, unmatched 0", told
        told = sent(tools.send, port, 10, "LONG")
        assert re.fullmatch(r"answered (\d+), refused 0, delivered \1, failed 0, unmatched 0", told), told
    finally:
        server.stop()


def smpp34_server(tools):
    """Our client against the server of the PyPI package smpp34."""
    import smpp34

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    async def serve(ready, stop):
        server = smpp34.Server(host="127.0.0.1", port=port, system_id="py")
        await server.start()
        ready.set()
        sessions, number, tasks = {}, 0, set()
        while not stop.is_set():
            try:
                event = await asyncio.wait_for(server.next(), 0.2)
            except asyncio.TimeoutError:
                continue
            if isinstance(event, smpp34.Esme):
                sessions[event.session_id] = event
            elif isinstance(event, smpp34.SubmitSmEvent):
                number += 1
                event.accept(message_id=f"m-{number}")
                receipt = f"id:m-{number} sub:001 dlvrd:001 submit date:2611230000 done date:2611230000 stat:DELIVRD err:000 text:"
                task = asyncio.ensure_future(
                    sessions[event.session_id].deliver_sm(
                        source_addr=event.destination_addr,
                        destination_addr=event.source_addr,
                        esm_class=0x04,
                        short_message=receipt.encode(),
                    )
                )
                tasks.add(task)
                task.add_done_callback(tasks.discard)
        await server.stop()

    ready, stop = threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(serve(ready, stop)), daemon=True)
    thread.start()
    try:
        assert ready.wait(PATIENCE_S), "the server does not start"
        told = sent(tools.send, port, 200)
        assert told == "answered 200, refused 0, delivered 200, failed 0, unmatched 0", told
    finally:
        stop.set()
        thread.join(PATIENCE_S)


def smpplib_client(tools):
    """The PyPI package smpplib against our double."""
    import logging

    import smpplib.client
    import smpplib.consts
    import smpplib.gsm

    logging.disable(logging.CRITICAL)
    double = Double(tools.heyan)
    try:
        client = smpplib.client.Client("127.0.0.1", double.port, timeout=5)
        answers, receipts = [], []
        client.set_message_sent_handler(lambda pdu: answers.append(pdu.message_id))
        client.set_message_received_handler(lambda pdu: receipts.append((pdu.receipted_message_id, pdu.message_state)))
        client.connect()
        client.bind_transceiver(system_id="901234", password="secret")
        parts, coding, header = smpplib.gsm.make_parts("\u5de5" * 150)
        for part in [*parts, b"\x5d\xe5"]:
            client.send_message(
                source_addr="12381",
                destination_addr=PHONE,
                short_message=part,
                data_coding=coding,
                esm_class=header if part != b"\x5d\xe5" else 0,
                registered_delivery=1,
            )
        end = time.monotonic() + PATIENCE_S
        while (len(answers) < 4 or len(receipts) < 4) and time.monotonic() < end:
            client.read_once()
        assert len(answers) == 4 and [state for _, state in receipts] == [2] * 4, (answers, receipts)
        assert sorted(answers) == sorted(name for name, _ in receipts), (answers, receipts)
        client.unbind()
        client.disconnect()
        double.expect(r"logged in: 901234, transceiver")
        double.expect(r"submit \w+ to 154\*{4}0001, part [123] of 3, \d+ octets, coding 8, result 0x0", 3)
        double.expect(r"acknowledged \w+, status 0x0", 4)
        double.expect(r"unbind")
        double.expect(r"closed; 0 submits unanswered, 0 receipts not acknowledged")
        double.never(FAULTS)
    finally:
        double.stop()


KANNEL = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = secret
smsbox-port = {box}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
log-file = {folder}/bearerbox.log
log-level = 1

group = smsc
smsc = smpp
smsc-id = double
host = 127.0.0.1
port = {port}
transceiver-mode = true
smsc-username = 901234
smsc-password = secret
system-type = ""
interface-version = 34
enquire-link-interval = 2
msg-id-type = 0x03

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {box}
sendsms-port = {http}
sendsms-interface = 127.0.0.1
log-file = {folder}/smsbox.log
log-level = 1

group = sendsms-user
username = tester
password = tester
default-sender = 12381
max-messages = 5
concatenation = true

group = sms-service
keyword = default
text = ""
"""


def kannel_client(tools):
    """Debian's Kannel against our double."""
    if not (shutil.which("bearerbox") and shutil.which("smsbox")):
        print("left out  kannel_client: no Kannel on this machine (Debian: apt-get install kannel)", flush=True)
        return
    double = Double(tools.heyan)
    boxes = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            ports = []
            for _ in range(3):
                with socket.socket() as free:
                    free.bind(("127.0.0.1", 0))
                    ports.append(free.getsockname()[1])
            admin, box, http = ports
            path = os.path.join(folder, "kannel.conf")
            with open(path, "w") as file:
                file.write(KANNEL.format(admin=admin, box=box, http=http, port=double.port, folder=folder))
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
            boxes.append(subprocess.Popen(["bearerbox", "-v", "4", path], **quiet))
            double.expect(r"logged in: 901234, transceiver")
            boxes.append(subprocess.Popen(["smsbox", "-v", "4", path], **quiet))
            send = {"username": "tester", "password": "tester", "to": PHONE, "coding": "2", "charset": "UTF-8", "dlr-mask": "31"}
            for text, until in (("\u5de5 123456", 1), ("\u5de5" * 150, 4)):
                query = urllib.parse.urlencode({**send, "text": text, "dlr-url": f"http://127.0.0.1:{admin}/"})
                end = time.monotonic() + PATIENCE_S
                while True:
                    try:
                        with urllib.request.urlopen(f"http://127.0.0.1:{http}/cgi-bin/sendsms?{query}", timeout=5) as answer:
                            assert answer.status == 202, answer.status
                        break
                    except OSError:
                        # The box is not there yet.
                        if time.monotonic() > end:
                            raise
                        time.sleep(0.2)
                double.expect(r"submit \w+ to 154\*{4}0001.*, coding 8, result 0x0", until)
            double.expect(r"part [123] of 3", 3)
            # It asks for one receipt of a long message.
            double.expect(r"acknowledged \w+, status 0x0", 2)
            double.expect(r"enquire link")
            boxes[0].terminate()
            double.expect(r"unbind")
            double.never(FAULTS)
        finally:
            for process in boxes:
                process.terminate()
            for process in boxes:
                process.wait(PATIENCE_S)
            double.stop()


class Tools:
    """Where things are."""

    def __init__(self, heyan, send, packages, node):
        self.heyan, self.send, self.node = heyan, send, os.path.abspath(node)
        sys.path.insert(0, packages)


def main():
    tools = Tools(*sys.argv[1:])
    failed = False
    for peer in (npm_server, smpp34_server, smpplib_client, kannel_client):
        begin = time.monotonic()
        try:
            peer(tools)
            print(f"ok      {peer.__name__} ({time.monotonic() - begin:.1f} s)", flush=True)
        except Exception as error:  # Whatever a foreign program does, the next one is tried.
            failed = True
            print(f"FAILED  {peer.__name__}: {error!r}", flush=True)
    sys.stdout.flush()
    # A peer's reader may be left; it must not keep the program.
    os._exit(1 if failed else 0)


main()
