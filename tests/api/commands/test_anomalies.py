"""`segue anomalies`: sentences for people, alerts for programs."""

import json

from click.testing import CliRunner, Result

from api.cli import Door
from api.commands.anomalies import anomalies
from stores.home import Home


def run(home: Home, *arguments: str, as_json: bool = False) -> Result:
    return CliRunner().invoke(anomalies, arguments, obj=Door(str(home.root), json=as_json))


def test_people_read_who_and_why(home: Home) -> None:
    said = run(home, "--budget", "0.02", "--compare").output
    assert "customers are out of the ordinary." in said
    assert "99 of 100" in said and "What others flag, among" in said


def test_programs_get_the_alerts(home: Home) -> None:
    found = json.loads(run(home, "--budget", "0.02", as_json=True).stdout)
    for alert in found["alerts"]:
        assert {"customer_id", "kind", "strength", "sentence"} <= set(alert)
    assert 0 < len(found["alerts"]) <= 0.02 * found["customers"]
