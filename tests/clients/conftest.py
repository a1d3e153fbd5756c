"""Fixtures: each story runs against the real server, once per database."""

import os
from contextlib import nullcontext

import pytest
from support import Server, iam_client, postgres_database

WITHOUT_POSTGRES = pytest.mark.skipif(
    "CLAVIGER_TEST_WITHOUT_POSTGRES" in os.environ, reason="NOT RUN: the stories on PostgreSQL"
)
DATABASES = ["sqlite", pytest.param("postgres", marks=WITHOUT_POSTGRES)]


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
