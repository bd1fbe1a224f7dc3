"""E-mail addresses as advertising platforms match them: hashed, never in clear.

Trimmed and in lower case, then SHA-256 as hex digits. Nothing else is changed: the dots and the
"+word" of a Gmail address stay, because platforms that want them gone take them out of what they
compare with by their own rules, and others would no longer find the person.
"""

import hashlib
import re

# Something before one @, a domain with a dot behind it, no blank: enough to tell it from a remark.
_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")


def normal_address(text: str | None) -> str | None:
    """The address in the form that is hashed; none when it is no address."""
    found = (text or "").strip().lower()
    return found if _ADDRESS.fullmatch(found) else None


def hash_address(address: str) -> str:
    """Of an address in normal form."""
    return hashlib.sha256(address.encode()).hexdigest()
