"""What the image and the compose file promise: few rights, no default password, one open port."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.settings import _MEANINGS

ROOT = Path(__file__).parents[2]
# Its start script writes its settings beside its programs.
WRITES_BESIDE_ITS_PROGRAMS = {"kafka"}
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?P<otherwise>:[-?][^}]*)?\}")


class StrictLoader(yaml.SafeLoader):
    """Refuses a key that is given twice, which YAML would let pass."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        assert len(keys) == len(set(keys)), f"a key twice: {keys}"
        return super().construct_mapping(node, deep)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found = yaml.load((ROOT / "compose.yaml").read_text("utf-8"), StrictLoader)  # noqa: S506
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return dict(compose["services"])


def lasting(services: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """All but those that do one thing and end."""
    return {name: service for name, service in services.items() if service["restart"] != "no"}


def test_every_service_has_as_few_rights_as_it_can(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"]), name
        assert service["read_only"] is (name not in WRITES_BESIDE_ITS_PROGRAMS), name
        assert service["mem_limit"] and service["pids_limit"], name
        assert not {"privileged", "cap_add", "devices", "pid", "network_mode"} & service.keys()


def test_every_lasting_service_is_looked_after(services: dict[str, dict[str, Any]]) -> None:
    assert len(lasting(services)) == len(services) - 1
    for name, service in lasting(services).items():
        assert service["healthcheck"]["test"][0] == "CMD", name
        assert service["restart"] == "unless-stopped", name


def test_only_the_service_is_open_and_only_to_this_machine(
    compose: dict[str, Any], services: dict[str, dict[str, Any]]
) -> None:
    assert compose["networks"]["inside"]["internal"] is True
    for name, service in services.items():
        ports = ["127.0.0.1:8765:8765"] if name == "segue" else []
        assert service.get("ports", []) == ports, name
        outside = {"outside"} if name == "segue" else set()
        assert set(service["networks"]) == {"inside"} | outside, name


def test_who_is_waited_for_is_there_and_healthy_first(services: dict[str, dict[str, Any]]) -> None:
    waiting = 0
    for service in services.values():
        for name, wish in service.get("depends_on", {}).items():
            ends = services[name]["restart"] == "no"
            wanted = "service_completed_successfully" if ends else "service_healthy"
            assert wish == {"condition": wanted}
            # Who waits for a service of a profile is in that profile too.
            assert set(services[name].get("profiles", [])) <= set(service.get("profiles", []))
            waiting += 1
    assert waiting >= 4


def test_every_volume_is_named_declared_and_used(
    compose: dict[str, Any], services: dict[str, dict[str, Any]]
) -> None:
    mounts = [mount for service in services.values() for mount in service.get("volumes", [])]
    used = {mount.split(":")[0] for mount in mounts}
    assert used == set(compose["volumes"])


def test_images_are_pinned(services: dict[str, dict[str, Any]]) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    images = {service["image"] for service in services.values()}
    assert f"segue:{version}" in images
    assert all(re.search(r":\d+\.\d+", image) for image in images), images


def test_the_broker_is_the_one_that_the_tests_run(services: dict[str, dict[str, Any]]) -> None:
    pom = (ROOT / "evals" / "peers" / "kafka" / "pom.xml").read_text("utf-8")
    (version,) = re.findall(r"<kafka.version>(.+)</kafka.version>", pom)
    images = {services[name]["image"] for name in ("kafka", "topic")}
    assert images == {f"apache/kafka:{version}"}


def test_a_password_is_never_assumed() -> None:
    text = (ROOT / "compose.yaml").read_text("utf-8")
    used = {found["name"]: found["otherwise"] or "" for found in VARIABLE.finditer(text)}
    offered = dict(
        line.split("=", 1)
        for line in (ROOT / ".env.example").read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    )
    assert set(used) == set(offered)
    assert set(offered.values()) == {""}
    assert used.pop("SEGUE_POSTGRES_PASSWORD").startswith(":?")
    assert set(used.values()) == {":-"}
    assert ".env" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_every_setting_given_exists(services: dict[str, dict[str, Any]]) -> None:
    given = {
        name
        for service in services.values()
        for name in service.get("environment", {})
        if name.startswith("SEGUE_")
    }
    assert given
    assert {name.removeprefix("SEGUE_").lower() for name in given} <= set(_MEANINGS)


def test_the_image_holds_what_the_wheel_needs_and_nothing_private() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in lines
    let_in = {line[1:] for line in lines if line.startswith("!")}
    hatch = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]
    packages = set(hatch["build"]["targets"]["wheel"]["packages"])
    assert packages <= let_in
    others = {name for name in let_in - packages if "/" not in name}
    assert others == {"pyproject.toml", "README.md", "LICENSE", "NOTICE"}


def test_the_image_runs_as_nobody_special_from_checked_pins() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    build, final = re.split(r"^FROM .*$", text, flags=re.MULTILINE)[1:]
    assert build.count("--require-hashes") == 2
    assert re.search(r"^USER 10001:10001$", final, re.MULTILINE)
    assert re.search(r'^ENTRYPOINT \["segue"\]$', final, re.MULTILINE)
    assert "pip uninstall" in final and "HEALTHCHECK" in final
    assert " install --require" not in final and "apt-get" not in final
