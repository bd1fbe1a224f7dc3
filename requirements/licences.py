"""Whether every library that Segue is shipped with may be part of a commercial service.

    python requirements/licences.py            says what is wrong, exit 2
    python requirements/licences.py --write    writes the list of the image's libraries into NOTICE

Looks at the installed pins of requirements/main.txt: License-Expression, else the classifiers, else
the License text. A licence is free, or weak (its terms reach changes of that library only), or
neither; what is weak or unknown needs a row below that a person wrote.
"""

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
NOTICE_HEAD = "The container image also holds these libraries, unchanged:\n"
# What the image is built for; see docs/containers.md.
IMAGE = {
    "sys_platform": "linux", "os_name": "posix", "platform_system": "Linux",
    "platform_machine": "x86_64", "python_version": "3.13", "python_full_version": "3.13.0",
}  # fmt: skip

# Library -> (licence, why it may be there): what is weak, said unclearly, or not installed here.
REVIEWED = {
    "certifi": ("MPL-2.0", "a list of certificates, used unchanged"),
    "orjson": ("MPL-2.0 AND (Apache-2.0 OR MIT)", "used unchanged; its source is public"),
    "psycopg": ("LGPL-3.0-only", "used unchanged, as a library that can be replaced"),
    "psycopg-binary": ("LGPL-3.0-only", "used unchanged, as a library that can be replaced"),
    "tqdm": ("MPL-2.0 AND MIT", "used unchanged; its source is public"),
    "namex": ("Apache-2.0", "says it in its LICENSE file only"),
    "httpx2-jsfetch": ("BSD-3-Clause", "for Python in a browser only"),
    "colorama": ("BSD-3-Clause", "on Windows only"),
    "pywin32": ("PSF-2.0", "on Windows only"),
    "nvidia-nccl-cu12": ("NVIDIA proprietary", "on Linux beside x86-64 only: not in our image"),
    "nvidia-nccl-cu13": ("NVIDIA proprietary", "on Linux beside x86-64 only: not in our image"),
    "tensorflow": ("Apache-2.0", "in place of tensorflow-cpu on other systems"),
    "tensorflow-cpu": ("Apache-2.0", "in place of tensorflow on Linux x86-64"),
    "xgboost": ("Apache-2.0", "in place of xgboost-cpu on other systems"),
    "xgboost-cpu": ("Apache-2.0", "in place of xgboost on Linux x86-64"),
}

FREE = frozenset(
    {
        "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "CNRI-Python",
        "HPND", "ISC", "MIT", "MIT-0", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib",
    }
)  # fmt: skip
_VERSION = r"[\d.]+(-only|-or-later|\+)?"
WEAK = re.compile(rf"^(MPL-2\.0|LGPL-{_VERSION}|GPL-{_VERSION} WITH [\w.-]*exception[\w.-]*)$")
# Never, whatever else is offered in the same words; and riders hidden in a text that says "Apache".
FORBIDDEN = re.compile(
    r"AGPL|Affero|SSPL|Server Side Public|BUSL|Business Source|Elastic(?: License|-2)"
    r"|Commons Clause|non-?commercial|CC-BY-NC|Prosperity|PolyForm|(?<!L)GPL(?![\w.+-]* WITH )"
    r"|(?<!Lesser )General Public License",
    re.IGNORECASE,
)
RIDERS = re.compile(
    r"Commons Clause|Server Side Public License|Business Source License|Elastic License",
    re.IGNORECASE,
)
# The words of classifiers and of old License fields.
WORDS = {
    "MIT": r"(the )?mit( license)?",
    "Apache-2.0": r"apache([ -]software)?( license)?[, -]*(version )?(2(\.0)?)?",
    "BSD-3-Clause": r"(new |modified )?bsd( license)?|(bsd )?3-clause( bsd( license)?)?"
    r"|bsd[ -]3-clause",
    "BSD-2-Clause": r"bsd[ -]2-clause",
    "ISC": r"isc( license)?( \(iscl\))?",
    "PSF-2.0": r"python software foundation license|psf(-2\.0)?",
    "MPL-2.0": r"mozilla public license 2\.0 \(mpl 2\.0\)|mpl[ -]2\.0",
}


@dataclass(frozen=True)
class Pin:
    name: str
    requirement: Requirement

    def in_image(self) -> bool:
        marker = self.requirement.marker
        return marker is None or marker.evaluate(IMAGE)


def read_pins(text: str) -> list[Pin]:
    lines = re.findall(r"^([\w.-]+==[^\\\n]+)", text, re.MULTILINE)
    return [Pin(found.name, found) for found in map(Requirement, lines)]


def find_installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def stated_licence(package: Distribution) -> str:
    """An SPDX expression where its words can be read as one, else the words; "" if it says none."""
    if expression := package.metadata.get("License-Expression"):
        return str(expression)
    classifiers = package.metadata.get_all("Classifier") or []
    words = [word.rpartition(" :: ")[2] for word in classifiers if word.startswith("License ::")]
    text = str(package.metadata.get("License") or "").strip()
    words = [word for word in words if word != "OSI Approved"] or [text.partition("\n")[0].strip()]
    return " AND ".join(_as_spdx(word) for word in words)


def _as_spdx(word: str) -> str:
    for spdx, pattern in WORDS.items():
        if re.fullmatch(pattern, word.casefold()):
            return spdx
    return word


def is_free(expression: str, weak_too: bool = False) -> bool:
    """Whether one of the offered licences is free (or weak) in all its parts."""
    expression = _unwrapped(expression.strip())
    for joint, enough in ((" OR ", any), (" AND ", all)):
        parts = _split(expression, joint)
        if len(parts) > 1:
            return enough(is_free(part, weak_too) for part in parts)
    return expression in FREE or (weak_too and bool(WEAK.match(expression)))


def _split(expression: str, joint: str) -> list[str]:
    """At the joints outside all brackets."""
    parts, depth, start = [], 0, 0
    for place, sign in enumerate(expression):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and expression.startswith(joint, place):
            parts.append(expression[start:place])
            start = place + len(joint)
    return [*parts, expression[start:]]


def _unwrapped(expression: str) -> str:
    inner = expression[1:-1]
    whole = expression[:1] == "(" and expression[-1:] == ")" and inner.find(")") >= inner.find("(")
    return inner if whole else expression


def problem_of(name: str, package: Distribution | None) -> str:
    """What is wrong with a library, in a sentence; "" when nothing is."""
    reviewed = REVIEWED.get(name)
    if package is None:
        return "" if reviewed else f"{name} is not installed here, and no row says its licence."
    stated = stated_licence(package)
    text = str(package.metadata.get("License") or "")
    if forbidden := FORBIDDEN.search(stated) or RIDERS.search(text):
        return f"{name} is under '{stated}' ({forbidden.group()}): no part of a service for money."
    if is_free(stated):
        return ""
    if reviewed is None:
        shown = f"is under '{stated}'" if stated else "says no licence"
        return f"{name} {shown}. Read it; then use another library, or add a row to REVIEWED."
    if stated and reviewed[0] != stated:
        return f"{name} is now under '{stated}'; its row says '{reviewed[0]}'. Read it again."
    return "" if is_free(reviewed[0], weak_too=True) else f"{name}: '{reviewed[0]}' is not allowed."


def find_problems(pins: Iterable[Pin]) -> list[str]:
    pins = list(pins)
    found = [problem_of(name, find_installed(name)) for name in sorted({pin.name for pin in pins})]
    unused = sorted(REVIEWED.keys() - {pin.name for pin in pins})
    found += [f"{name} has a row in REVIEWED and is no pin any more." for name in unused]
    return [sentence for sentence in found if sentence]


def image_libraries(pins: Iterable[Pin]) -> list[str]:
    """A line for each library of the image: its name and its licence."""
    lines = []
    for name in sorted({pin.name for pin in pins if pin.in_image()}):
        package = find_installed(name)
        stated = stated_licence(package) if package else ""
        lines.append(f"  {name}: {stated or REVIEWED[name][0]}")
    return lines


def with_libraries(notice: str, lines: Iterable[str]) -> str:
    return notice.partition(NOTICE_HEAD)[0] + NOTICE_HEAD + "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    pins = read_pins((ROOT / "requirements" / "main.txt").read_text("utf-8"))
    problems = find_problems(pins)
    for sentence in problems:
        print(sentence, file=sys.stderr)
    if problems:
        return 2
    notice = ROOT / "NOTICE"
    said = notice.read_text("utf-8")
    wanted = with_libraries(said, image_libraries(pins))
    if "--write" in arguments:
        notice.write_text(wanted, encoding="utf-8")
    elif said != wanted and sys.platform == "linux":
        print("NOTICE is out of date: python requirements/licences.py --write", file=sys.stderr)
        return 2
    print(f"{len(pins)} pins: every licence is free, or was looked at.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
