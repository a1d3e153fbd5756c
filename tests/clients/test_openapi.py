"""The description of our API is what the API does: schemathesis makes requests out of it, legal and illegal ones."""

import json
import os
import subprocess
import sys
import urllib.request
from dataclasses import asdict
from pathlib import Path

HERE = Path(__file__).parent
RUN_S = 280
# How many of the operations must have been answered with a success at least once.
ANSWERED = 0.6
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


def test_requests_made_from_the_description_are_answered_as_it_says(server, root, tmp_path):
    report = tmp_path / "statuses.json"
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "openapi_hooks",
        "PYTHONPATH": str(HERE),
        "CLAVIGER_OPENAPI_URL": server.url,
        "CLAVIGER_OPENAPI_ROOT": json.dumps(asdict(root)),
        "CLAVIGER_OPENAPI_REPORT": str(report),
    }
    command = [Path(sys.executable).with_name("schemathesis"), "run", f"{server.url}/openapi.json", "--url", server.url]
    # A seed of its own each day would find more, and nobody could tell why a run failed.
    command += ["--checks", ",".join(CHECKS), "--seed", "2026", "--generation-database", "none"]
    command += ["--phases", "examples,coverage,fuzzing", "--max-examples", "8", "--continue-on-failure", "--no-color"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=RUN_S
    )
    assert done.returncode == 0, f"exit code {done.returncode}\n{done.stdout[-20_000:]}\n{done.stderr[-4_000:]}"

    statuses = json.loads(report.read_text())
    broken = {call: counts for call, counts in statuses.items() if any(int(status) >= 500 for status in counts)}
    assert not broken, broken
    operations = _operations(server.url)
    answered = {call for call, counts in statuses.items() if any(status.startswith("2") for status in counts)}
    share = len(answered & operations) / len(operations)
    assert share >= ANSWERED, f"{share:.0%} of the operations have succeeded; never: {sorted(operations - answered)}"


def _operations(url):
    with urllib.request.urlopen(f"{url}/openapi.json", timeout=30) as answer:
        paths = json.load(answer)["paths"]
    methods = ("get", "post", "put", "patch", "delete")
    return {f"{method.upper()} {path}" for path, calls in paths.items() for method in calls if method in methods}
