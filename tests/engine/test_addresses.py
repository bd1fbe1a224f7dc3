"""The form in which an address is hashed."""

import pytest

from engine.addresses import hash_address, normal_address


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("ann@example.com", "ann@example.com"),
        ("  Ann.Lee+Shop@GMAIL.com\t", "ann.lee+shop@gmail.com"),
        ("josé@exämple.de", "josé@exämple.de"),
        ("", None),
        (None, None),
        ("none", None),
        ("ann@localhost", None),
        ("ann@example.com, bob@example.com", None),
        ("Ann <ann@example.com>", None),
    ],
)
def test_trimmed_and_in_lower_case_and_nothing_else(
    written: str | None, normal: str | None
) -> None:
    assert normal_address(written) == normal


def test_the_hash_is_sha_256_in_hex() -> None:
    found = hash_address("test@example.com")
    assert found == "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"
