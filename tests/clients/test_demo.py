"""What `claviger serve --demo` prints to be pasted works as it stands there."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from support import COMMAND_S, STOP_S, program

LAST = "--action"


@contextmanager
def demo():
    """A running demo; gives what it printed."""
    command = [program(), "serve", "--demo", "--listen", "127.0.0.1:0"]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        printed = []
        for line in process.stdout:
            printed.append(line)
            if line.strip().startswith(LAST):
                break
        yield "".join(printed)
    finally:
        process.terminate()
        assert process.wait(STOP_S) == 0


def paste(lines):
    """What a shell says to lines that were pasted; its Python is ours, which has the SDK."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh"], input=lines, capture_output=True, text=True, timeout=COMMAND_S, env={**os.environ, "PATH": path}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_each_line_to_paste_works():
    with demo() as printed:
        [link] = re.findall(r"^curl '(.*)'$", printed, re.MULTILINE)
        with urllib.request.urlopen(link, timeout=COMMAND_S) as answer:
            assert "night-shift" in [user["name"] for user in json.load(answer)["users"]]
        [python] = re.findall(r"^python3 - .*?^PY$", printed, re.MULTILINE | re.DOTALL)
        assert "'night-shift', 'object-store', 'alice']" in paste(python)
        [question] = re.findall(r"^CLAVIGER_ACCESS_KEY_ID=.*", printed, re.MULTILINE | re.DOTALL)
        assert paste(question) == (
            "allow\n  allowed by statement `read` of policy `read-backups`, through group `operators`\n"
        )
