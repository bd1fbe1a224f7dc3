"""An object store of one's own: S3Proxy over a new folder, on a free port, gone afterwards.

It speaks S3, checks signatures and refuses a second writer of one name (If-None-Match).
"""

import sys
from pathlib import Path

from evals.peers.jars import Jars, find_program
from evals.peers.server import Server

BUCKET = "segue"
_KEY, _SECRET = "segue", "known to the test alone"
_JARS = Jars("s3proxy", "the object store S3Proxy", Path(__file__).with_name("pom.xml"))
_LOGGING = """<configuration>
  <appender name="said" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%level %msg%n</pattern></encoder>
  </appender>
  <root level="warn"><appender-ref ref="said"/></root>
</configuration>
"""


class ObjectServer(Server):
    """Used with `with`; `environment` is how its one bucket is reached."""

    name = "The door of the object store"
    bucket = f"s3://{BUCKET}"

    def __init__(self) -> None:
        super().__init__()
        self._behind = S3Proxy()

    def start(self) -> None:
        """The store first, then the door to it."""
        if not self._behind.is_entered:
            self._behind.__enter__()
        else:
            self._behind.start()
        super().start()

    def kill(self) -> None:
        super().kill()
        self._behind.kill()

    def stop(self) -> None:
        super().stop()
        self._behind.stop()

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ACCESS_KEY_ID": _KEY,
            "AWS_SECRET_ACCESS_KEY": _SECRET,
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": self.url,
            # It does not know the newest form of checksums.
            "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
        }

    def command(self) -> list[str]:
        door = Path(__file__).with_name("door.py")
        return [sys.executable, str(door), self.host, str(self.port), str(self._behind.port)]


class S3Proxy(Server):
    name = "The object store S3Proxy"

    def command(self) -> list[str]:
        (self._data / BUCKET).mkdir(parents=True, exist_ok=True)
        settings = {
            "s3proxy.endpoint": self.url,
            "s3proxy.authorization": "aws-v2-or-v4",
            "s3proxy.identity": _KEY,
            "s3proxy.credential": _SECRET,
            "jclouds.provider": "filesystem-nio2",
            "jclouds.filesystem.basedir": str(self._data),
        }
        text = "".join(f"{name}={value}\n" for name, value in settings.items())
        (self.folder / "s3proxy.properties").write_text(text, encoding="utf-8")
        (self.folder / "logback.xml").write_text(_LOGGING, encoding="utf-8")
        java = find_program("java", "Java 17 or newer", self.name)
        options = ["-Xmx256m", "-XX:TieredStopAtLevel=1", "-Dlogback.configurationFile=logback.xml"]
        main = ["org.gaul.s3proxy.Main", "--properties", "s3proxy.properties"]
        return [java, *options, "-cp", f"{_JARS.fetch()}/*", *main]

    @property
    def _data(self) -> Path:
        return self.folder / "data"
