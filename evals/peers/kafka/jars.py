"""The jars of Apache Kafka."""

from pathlib import Path

from evals.peers import jars

_KAFKA = jars.Jars("kafka", "Apache Kafka", Path(__file__).with_name("pom.xml"))


def kafka_version() -> str:
    return _KAFKA.version


def cache_folder() -> Path:
    return _KAFKA.folder


def find_program(name: str, package: str) -> str:
    instead = ", or use the small broker that needs neither (kind 'mesh')"
    return jars.find_program(name, package, "Apache Kafka", instead)


def fetch_jars() -> Path:
    """The folder that holds every jar of the pom, fetched now if it is not complete yet."""
    find_program("mvn", "Maven")
    return _KAFKA.fetch()
