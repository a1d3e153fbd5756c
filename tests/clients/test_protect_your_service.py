"""What the page "Protect your service in ten minutes" shows works as it stands there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import Server

PAGE = (Path(__file__).parents[2] / "docs" / "protect-your-service.md").read_text()
RUN_S = 30


def block(language, name=""):
    """The page's program of that language and name."""
    [text] = re.findall(rf"```{language}{' ' if name else ''}{name}\n(.*?)```", PAGE, re.DOTALL)
    return text


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A server that knows the shop."""
    catalogue = tmp_path_factory.mktemp("catalogue")
    (catalogue / "shop.toml").write_text(block("toml"))
    server = Server(None, arguments=["--catalogue", str(catalogue)])
    yield server
    server.stop()


def run(command, program, **environment):
    done = subprocess.run(
        command, input=program, capture_output=True, text=True, timeout=RUN_S, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_ten_minutes(shop):
    """Each program in its order, with the endpoint and the keys of this story in their places."""
    root = shop.create_account()
    setup = block("python", "setup")
    for shown, real in [
        ("<access key id>", root.access_key_id),
        ("<secret access key>", root.secret_access_key),
        ("http://127.0.0.1:8585", shop.url),
    ]:
        assert shown in setup
        setup = setup.replace(shown, real)
    key_id, secret = run([sys.executable, "-"], setup).split()
    environment = {
        "CLAVIGER_ENDPOINT": shop.url,
        "CLAVIGER_ACCESS_KEY_ID": key_id,
        "CLAVIGER_SECRET_ACCESS_KEY": secret,
    }
    expected = block("text")
    python = block("python", "ask").replace("<account>", root.account_id)
    assert run([sys.executable, "-"], python, **environment) == expected
    if os.environ.get("CLAVIGER_TEST_WITHOUT_NODE"):
        pytest.skip("NOT RUN: the page's JavaScript")
    script = block("javascript", "ask").replace("<account>", root.account_id)
    node = shutil.which("node")
    assert node, "Node.js is needed: the page's JavaScript is run"
    spoken = run([node, "--input-type=module", "-"], script, **environment)
    # Node prints lists in its own way.
    assert spoken.replace("[ '", "['").replace("' ]", "']") == expected
