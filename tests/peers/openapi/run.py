"""The API against a foreign reader of its document. See README.md. Arguments: the program heyan, the Python peers' folder."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

from sandbox import ROOT, Sandbox

SEED, EXAMPLES = 7, 30

# A body of the right shape may still say what the rules or the registry do not allow, name nothing, or come too late.
CONFIG = """
continue-on-failure = true
seed = {seed}

[checks]
positive_data_acceptance.expected-statuses = [
  "2xx", "400", "401", "403", "404", "409", "412", "413", "415", "421", "422", "428", "429",
]
# If-Match that is missing is 428 (RFC 6585).
missing_required_header.expected-statuses = ["400", "401", "403", "406", "415", "422", "428"]
# The program repeats an Idempotency-Key once in a while; the answer to that is the first one, whatever became of what was made.
ensure_resource_availability.enabled = false

[parameters]
{parameters}
"""


def one_of_everything(sandbox):
    """What the paths of the document name."""
    post = lambda path, body, **more: sandbox.ask("test_other", "POST", path, body, **more)
    hook = post("/v1/webhook-endpoints", b'{"url":"http://127.0.0.1:9/"}')
    filing = post("/v1/filings", (ROOT / "examples/filings/first.json").read_bytes())
    job = post("/v1/filings/bulk", (ROOT / "examples/bulk/first.csv").read_bytes(), kind="text/csv")
    deliveries = []
    while not deliveries:
        deliveries = sandbox.ask("test_other", "GET", "/v1/deliveries")["items"]
    return {"filing": filing["id"], "job": job["id"], "endpoint": hook["id"], "delivery": deliveries[0]["id"]}


def in_review(sandbox):
    """A filing that asks nobody, so that it waits for its administration."""
    body = json.loads((ROOT / "examples/filings/first.one-phone.json").read_text())
    phone = body["entity"]["head"]["phones"][0]
    filing = sandbox.ask("test_jd", "POST", "/v1/filings", json.dumps({**body, "report": True}).encode())
    text = sandbox.ask("test_jd", "GET", f"/v1/sandbox/messages?phone={phone}")["items"][0]["text"]
    code = next(run for run in "".join(c if c.isdigit() else " " for c in text).split() if len(run) == 6)
    last_six = body["entity"]["head"]["document"]["number"][-6:]
    asked = json.dumps({"smsValidCode": code, "mobileNum": phone, "certNum": last_six}).encode()
    sandbox.ask("test_jd", "POST", "/pquery/smsValidate/validateByCondition", asked)
    return filing["id"]



def read(sandbox, folder, key, parameters, *more):
    config = folder / f"{key}.toml"
    named = "\n".join(f'"path.{name}" = "{value}"' for name, value in parameters.items())
    config.write_text(CONFIG.format(seed=SEED, parameters=named))
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run",
        f"{sandbox.address}/openapi.json", "-H", f"Authorization: Bearer {key}", "--max-examples", str(EXAMPLES),
        "--warnings", "off", "--exclude-operation-id", "advanceSandboxClock", "--exclude-operation-id", "pullEvents", *more,
    ]
    environment = {**os.environ, "PYTHONPATH": str(pathlib.Path(sys.argv[2]).resolve())}
    done = subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=True)
    if done.returncode != 0:
        print(done.stdout, done.stderr, file=sys.stderr)
        raise SystemExit(f"schemathesis found fault with what {key} is answered")
    cases = next(line.strip() for line in done.stdout.splitlines() if " generated" in line)
    print(f"ok      schemathesis with the key {key}: {cases}")


def main(program):
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        sandbox = Sandbox(program, str(folder / "data"))
        try:
            read(sandbox, folder, "test_other", one_of_everything(sandbox), "--exclude-tag", "reviews")
            filing = {"filing": in_review(sandbox)}
            read(sandbox, folder, "test_admin_zhejiang", filing, "--include-tag", "reviews")
        finally:
            sandbox.process.kill()


main(sys.argv[1])
