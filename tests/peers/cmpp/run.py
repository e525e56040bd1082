"""Foreign CMPP clients against the double. See README.md. Arguments: the program heyan, the Python peers' folder, the Rust peer."""

import contextlib
import io
import os
import re
import subprocess
import sys
import threading
import time

PHONE = "15400000001"
PATIENCE_S = 60


class Double:
    """`heyan sms simulate` on a free port, and what it has printed."""

    def __init__(self, heyan):
        self.process = subprocess.Popen(
            [heyan, "sms", "simulate", "--cmpp", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True
        )
        first = self.process.stdout.readline()
        self.host, port = re.fullmatch(r"listening on ([\d.]+):(\d+)\n", first).groups()
        self.port = int(port)
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
        """Waits until so many lines fit."""
        with self.changed:
            if not self.changed.wait_for(lambda: self.count(pattern) >= times, PATIENCE_S):
                raise AssertionError(f"{times} of {pattern!r} are not in:\n" + "\n".join(self.lines))

    def never(self, pattern):
        found = [line for line in self.lines if re.search(pattern, line)]
        if found:
            raise AssertionError(f"{pattern!r} is in {found}")

    def stop(self):
        self.process.terminate()
        if self.process.wait(PATIENCE_S) != 0:
            raise AssertionError("the double did not end well")


FAULTS = r"cannot be read|broken|exceeded|nobody waited|refused"


def cmppprotocol(double, peer):
    subprocess.run([peer, double.host, str(double.port), "901234", "secret", PHONE], check=True, timeout=PATIENCE_S)
    double.expect(r"closed; 0 submits unanswered, 0 reports not acknowledged")
    double.expect(r"logged in: 901234, version 2\.0")
    double.expect(r"submit .*154\*{4}0001, part 1 of 1, 11 octets ASCII, result 0")
    double.expect(r"part [123] of 3, \d+ octets UCS2, result 0", 3)
    double.expect(r"report \w+ DELIVRD", 4)
    double.expect(r"acknowledged \w+, result 0", 4)
    double.expect(r"active test")
    double.expect(r"terminate")
    double.never(FAULTS)


def cmppy(double, _):
    import cmppy as package
    from cmppy.request import SubmitReq

    client = package.Cmppy(double.host, double.port, "901234", "secret")
    message = SubmitReq("901234", "\u5de5 123456", src_id="12381", dest_terminal_id=[PHONE])
    # It prints every frame.
    with contextlib.redirect_stdout(io.StringIO()):
        answer = client.request(message)
    if answer is None or answer.result != 0 or answer.msg_id == 0:
        raise AssertionError(f"no answer to the submit: {answer}")
    double.expect(r"closed; 0 submits unanswered")
    double.expect(r"logged in: 901234, version 3\.0")
    double.expect(r"submit .*154\*{4}0001, part 1 of 1, 16 octets UCS2, result 0")
    double.expect(r"terminate")
    double.never(FAULTS)


def pycmpp(double, _):
    from pycmpp.cmpp import Cmpp

    # It has no handler for reports, so none are asked for: `delivery` is Registered_Delivery.
    client = Cmpp(double.host, double.port, "901234", "secret", "12381", delivery=0)
    # It reads on for ever after the end, so the reader is left to die with the program.
    threading.Thread(target=client.run, daemon=True).start()
    double.expect(r"logged in: 901234, version 2\.1")
    client.submit("\u5de5 123456", [PHONE])
    client.submit("\u5de5" * 150, [PHONE])
    double.expect(r"submit .*154\*{4}0001, part 1 of 1, 16 octets UCS2, result 0")
    double.expect(r"part [123] of 3, \d+ octets UCS2, result 0", 3)
    double.expect(r"active test")
    client.terminate()
    double.expect(r"terminate")
    double.expect(r"closed; 0 submits unanswered")
    double.never(FAULTS)


def main():
    heyan, packages, rust_peer = sys.argv[1:]
    sys.path.insert(0, packages)
    failed = False
    for peer in (cmppprotocol, cmppy, pycmpp):
        double = Double(heyan)
        begin = time.monotonic()
        try:
            peer(double, rust_peer)
            double.stop()
            print(f"ok      {peer.__name__} ({time.monotonic() - begin:.1f} s)", flush=True)
        except Exception as error:  # Whatever a foreign program does, the next one is tried.
            failed = True
            double.process.kill()
            print(f"FAILED  {peer.__name__}: {error!r}\n  " + "\n  ".join(double.lines), flush=True)
    sys.stdout.flush()
    # A peer's reader may be left; it must not keep the program.
    os._exit(1 if failed else 0)


main()
