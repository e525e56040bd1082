"""Messages a second over one SMPP link against the npm package's server, ours beside that package's own client, in turns.
Arguments: the example send_smpp, the folder of the npm peers, seconds of each run, runs. Prints a table as Markdown."""

import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
WINDOWS = (1, 16, 64, 256)


def main():
    send, node, seconds, runs = sys.argv[1:]
    environment = {**os.environ, "NODE_PATH": os.path.abspath(node)}
    print("| window | this crate, messages/s of each run | npm client, messages/s of each run |")
    print("|---:|---|---|")
    for window in WINDOWS:
        ours, theirs = [], []
        for _ in range(int(runs)):
            for rates, command in (
                (ours, lambda port: [send, f"127.0.0.1:{port}", "901234", "secret", str(window), f"{seconds}s"]),
                (theirs, lambda port: ["node", f"{HERE}/client.js", port, str(window), seconds]),
            ):
                server = subprocess.Popen(["node", f"{HERE}/server.js"], stdout=subprocess.PIPE, text=True, env=environment)
                try:
                    port = server.stdout.readline().strip()
                    told = subprocess.run(command(port), stdout=subprocess.PIPE, text=True, env=environment, check=True)
                    rates.append(re.search(r"(\d+)(?: messages/s)?\s*$", told.stdout).group(1))
                finally:
                    server.kill()
                    server.wait()
        print(f"| {window} | {', '.join(ours)} | {', '.join(theirs)} |", flush=True)


main()
