"""Fixtures: each story runs against the real server, once per database."""

from contextlib import nullcontext

import pytest
from support import Server, iam_client, postgres_database

# "postgres" joins when the server has it.
DATABASES = ["sqlite", "postgres"]


@pytest.fixture(scope="module", params=DATABASES)
def server(request):
    """A server with an empty database, shared by the stories of one file."""
    with postgres_database() if request.param == "postgres" else nullcontext() as database_url:
        server = Server(database_url)
        yield server
        server.stop()


@pytest.fixture
def root(server):
    """The root credentials of a fresh account: stories do not see each other's data."""
    return server.create_account()


@pytest.fixture
def iam(server, root):
    """Baidu's client, signed in as root."""
    return iam_client(server, root)
