"""What the README shows works as it stands there."""

import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
RUN_S = 30


def test_the_first_program(server, root):
    """The README's Python, with the endpoint and the key of this story in their places, runs to its end."""
    [program] = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    for shown, real in [
        ("<access key id>", root.access_key_id),
        ("<secret access key>", root.secret_access_key),
        ("http://127.0.0.1:8585", server.url),
    ]:
        assert shown in program
        program = program.replace(shown, real)
    done = subprocess.run([sys.executable, "-"], input=program, capture_output=True, text=True, timeout=RUN_S)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "['build-bot']\n"
