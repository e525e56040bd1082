"""A client that a foreign program generates from `/openapi.json`, at work. See README.md. Arguments: the program heyan, the
Python peers' folder."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

from sandbox import ROOT, Sandbox

CONFIG = "project_name_override: heyan-client\npackage_name_override: heyan_client\npost_hooks: []\n"


def generate(folder, document):
    """The package, made of the document as it is served."""
    (folder / "openapi.json").write_text(json.dumps(document))
    (folder / "config.yml").write_text(CONFIG)
    command = [
        sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json", "--config", "config.yml",
        "--output-path", "package",
    ]
    environment = {**os.environ, "PYTHONPATH": str(pathlib.Path(sys.argv[2]).resolve())}
    done = subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr
    # It cannot write files of filings; everything else is generated.
    lost = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("WARNING")]
    assert lost == ["WARNING parsing POST /v1/filings/bulk within bulk. Endpoint will not be generated."], lost
    sys.path[:0] = [str(folder / "package"), sys.argv[2]]


def use(address):
    """Files, reads, takes back, and reads of it in the feed."""
    from heyan_client import AuthenticatedClient
    from heyan_client.api.events import pull_events
    from heyan_client.api.filings import create_filing, get_filing, withdraw_filing
    from heyan_client.api.webhooks import create_webhook_endpoint, list_webhook_endpoints
    from heyan_client.models import Filing, NewFiling, NewWebhookEndpoint, Problem

    client = AuthenticatedClient(base_url=address, token="test_other")
    body = NewFiling.from_dict(json.loads((ROOT / "examples/filings/first.json").read_text()))
    filing = create_filing.sync(client=client, body=body, idempotency_key="generated-1")
    assert isinstance(filing, Filing) and filing.state == "verifying", filing
    again = create_filing.sync(client=client, body=body, idempotency_key="generated-1")
    assert again.id == filing.id, "one key, one deed"
    refused = create_filing.sync(client=client, body=body, idempotency_key="generated-2")
    assert isinstance(refused, Problem) and refused.code.startswith("Conflict."), refused
    shown = get_filing.sync(filing.id, client=client)
    assert [one.state for one in shown.round_.verifications] == ["open", "open"], shown
    taken_back = withdraw_filing.sync(filing.id, client=client, idempotency_key="generated-3")
    assert taken_back.state == "withdrawn", taken_back
    events = pull_events.sync(client=client)
    assert events.items[-1].type_ == "filing.withdrawn", events
    hook = NewWebhookEndpoint(url="http://127.0.0.1:9/")
    made = create_webhook_endpoint.sync(client=client, body=hook, idempotency_key="generated-4")
    assert made.secret.startswith("whsec_") and len(list_webhook_endpoints.sync(client=client).items) == 1
    print("ok      openapi-python-client: a generated package files, reads, takes back and listens")


def main(program):
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        sandbox = Sandbox(program, str(folder / "data"))
        try:
            generate(folder, sandbox.ask("test_other", "GET", "/openapi.json"))
            use(sandbox.address)
        finally:
            sandbox.process.kill()


main(sys.argv[1])
