"""The schema is the one that was agreed on, and what it says is what happens: tried with schemathesis.

`make fuzz-api` tries a thousand new requests for each operation.
"""

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from schemathesis.config import SchemathesisConfig

from secondwind.accounts import tokens
from secondwind.api import limits, v1
from secondwind.cli import main
from secondwind.forums.actions import mark as marking
from secondwind.forums.actions.post import ask
from secondwind.forums.models import Mark

KEPT = "secondwind/api/openapi.json"
FEW = 6  # requests of each kind, of an operation, in a run of the suite

_profile = hypothesis.settings.get_current_profile_name()
_examples = FEW if _profile == "suite" else hypothesis.settings.get_profile(_profile).max_examples


def test_the_schema_is_the_one_that_is_kept(pytestconfig, capsys, tmp_path):
    kept = pytestconfig.rootpath / KEPT
    assert kept.read_text() == v1.text(), f"`secondwind api schema {KEPT}` writes it; look at the difference"
    assert main(["api", "schema", "--check", str(kept)]) == 0
    other = tmp_path / "openapi.json"
    assert main(["api", "schema", str(other)]) == 0
    assert other.read_text() == kept.read_text()
    other.write_text("{}")
    assert main(["api", "schema", "--check", str(other)]) == 1
    assert "holds another schema" in capsys.readouterr().out


def test_it_is_served(client, db):
    answer = client.get("/api/v1/openapi.json")
    assert answer.json() == v1.schema()
    assert answer["Content-Type"] == "application/json; charset=utf-8"


CONFIG = {
    "generation": {"max-examples": _examples, "deterministic": _profile == "suite"},
    # What is named and is not there is 404. A body that is right in shape may still be refused by the rooms'
    # rules, with a sentence: no letters in it, a forum that is closed, too much in too short a time.
    "checks": {
        "positive_data_acceptance": {"expected-statuses": ["2xx", "301", "401", "403", "404", "422", "429"]}
    },
}
schema = schemathesis.openapi.from_dict(v1.schema(), config=SchemathesisConfig.from_dict(CONFIG))
schema.app = get_wsgi_application()


@pytest.fixture
def one_connection():
    """A request of a server lets go of the connection, and with it of all that this test has written."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def token(one_connection, alice, bob, mia, forum, thread, answer, settings, tmp_path, monkeypatch):
    """A moderator's token, which no limit of the forums stops, on a site with something of each kind."""
    settings.VAR_DIR = tmp_path
    for name in ("BY_TOKEN", "BY_ADDRESS", "BY_WRONG_TOKEN"):
        monkeypatch.setattr(limits, name, 10**9)
    marking.mark(alice, answer, Mark.CORRECT)
    ask(bob, forum, "Swollen calf after a flight", "My calf is swollen, hot and red since a long flight.")
    return tokens.make(mia, "schemathesis", ["read", "write", "runs:write"])


@schema.parametrize()
@hypothesis.settings(
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)  # what is kept is checked
def test_what_the_schema_says_is_what_happens(case, token):
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}  # it does not unpack
    case.call_and_validate(headers=headers)
