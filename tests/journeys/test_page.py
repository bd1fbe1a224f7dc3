"""The page in a real browser, against a real service: from a file to a finding, an answer, a
receipt and a report.

Chromium is the one on the path, or SEGUE_CHROMIUM. Screenshots are kept in SEGUE_SCREENSHOTS, or
in the test's own folder.
"""

import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

pytestmark = pytest.mark.full

ROOT = Path(__file__).parents[2]
SEGUE = [sys.executable, "-c", "from api.cli import main; main()"]
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 60
WORK_MS = 300_000  # loading, segmenting and scoring on a busy machine
ANSWER_MS = 60_000
LOOKS = {
    "light-1440": ("light", 1440, 900),
    "light-390": ("light", 390, 844),
    "dark-1440": ("dark", 1440, 900),
    "dark-390": ("dark", 390, 844),
}


@dataclass
class View:
    """One browser page, with what went wrong in it and where its pictures go."""

    page: Page
    address: str
    pictures: Path
    look: str
    faults: list[str] = field(default_factory=list)

    @property
    def narrow(self) -> bool:
        return self.look.endswith("390")

    def listen(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"error in the page: {error}"))
        self.page.on("request", self._request)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console: {message.text}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.address, "blob:", "data:")):
            self.faults.append(f"outside request: {request.url}")

    def tab(self, name: str) -> None:
        if self.narrow:
            self.page.get_by_role("tab", name=name).click()

    def check(self, name: str) -> None:
        """A picture; axe finds nothing; nothing scrolls sideways; nothing went wrong so far."""
        self.page.screenshot(path=self.pictures / f"{self.look}-{name}.png")
        self.page.evaluate(axe_source())
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert [_words(violation) for violation in found["violations"]] == []
        wide = self.page.evaluate(
            "[document.documentElement, ...document.querySelectorAll('#dashboard, #turns')]"
            ".filter((part) => part.scrollWidth > part.clientWidth)"
            ".map((part) => part.id || 'page')"
        )
        assert wide == [], f"{name} scrolls sideways"
        assert self.faults == []


def axe_source() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def _words(violation: dict[str, Any]) -> str:
    return f"{violation['id']}: {[node['target'] for node in violation['nodes']]}"


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Orders of 400 customers, as a shop would export them."""
    folder = tmp_path_factory.mktemp("shop")
    options = ["--customers", "400", "--seed", "7", "--out", str(folder / "out")]
    home = {"SEGUE_HOME": str(folder / "home")}
    subprocess.run(
        [*SEGUE, "generate", *options], cwd=ROOT, env=os.environ | home, check=True, timeout=300
    )
    return next((folder / "out").glob("transactions*"))


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A service of its own, as a real process with an empty home."""
    log = (tmp_path / "serve.log").open("w", encoding="utf-8")
    service = subprocess.Popen(
        [*SEGUE, "serve", "--port", "0"],
        cwd=ROOT,
        env=os.environ | {"SEGUE_HOME": str(tmp_path / "home"), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    try:
        yield _address(service, tmp_path / "serve.log")
    finally:
        service.terminate()
        service.wait(timeout=30)
        log.close()
        if service.stdout:
            service.stdout.close()


def _address(service: "subprocess.Popen[str]", log: Path) -> str:
    lines: Queue[str] = Queue()
    out = service.stdout
    assert out is not None

    def read() -> None:
        for line in out:
            lines.put(line)

    Thread(target=read, daemon=True).start()
    try:
        while True:
            found = re.search(r"http://127\.0\.0\.1:\d+", lines.get(timeout=START_SECONDS))
            if found:
                return found.group()
    except Empty:
        raise AssertionError(
            f"the service did not say where it is: {log.read_text(encoding='utf-8')}"
        ) from None


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = os.environ.get("SEGUE_CHROMIUM") or shutil.which("chromium")
    assert found, "no chromium on the path; name one in SEGUE_CHROMIUM"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=CHROMIUM_FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = Path(os.environ.get("SEGUE_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def open_view(browser: Browser, address: str, pictures: Path) -> Iterator[Callable[[str], View]]:
    contexts = []

    def opened(look: str) -> View:
        scheme, width, height = LOOKS[look]
        context = browser.new_context(
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": width, "height": height},
            accept_downloads=True,
        )
        contexts.append(context)
        view = View(context.new_page(), address, pictures, look)
        view.listen()
        view.page.goto(address)
        return view

    yield opened
    for context in contexts:
        context.close()


def test_from_a_file_to_a_report(
    open_view: Callable[[str], View], orders: Path, tmp_path: Path
) -> None:
    view = open_view("light-1440")
    _empty_then_loaded(view, orders)
    _ask(view)
    _receipt(view, view.page.locator(".answer-text .figure").first)
    _thread_outlives_a_reload(view)
    _report(view, tmp_path)
    _audience(view, tmp_path)
    for look in ("dark-1440", "light-390", "dark-390"):
        _every_view(open_view(look))


def _empty_then_loaded(view: View, orders: Path) -> None:
    page = view.page
    expect(page.get_by_role("button", name="Try the sample shop")).to_be_visible()
    view.check("1-empty")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload a file").click()
    chooser.value.set_files(orders)
    expect(page.get_by_role("heading", name="Check what was understood")).to_be_visible(
        timeout=WORK_MS
    )
    expect(page.locator(".balance")).to_contain_text("rows in")
    page.get_by_label("Time zone").select_option("Europe/London")
    page.get_by_label("Currency").select_option("GBP")
    view.check("2-columns")
    page.get_by_role("button", name="Load the orders").click()
    expect(page.get_by_role("heading", name="Working on your data")).to_be_visible()
    view.check("3-working")
    expect(page.locator(".work")).to_have_count(0, timeout=WORK_MS)
    expect(page.locator(".finding-lead .figure").first).to_be_visible()
    expect(page.locator(".tile").first).to_be_visible()
    expect(page.locator(".segment").first).to_be_visible()
    view.check("4-dashboard")


def _ask(view: View) -> None:
    page = view.page
    page.keyboard.press("/")
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.type("Which segment brings the most revenue?")
    page.keyboard.press("Enter")
    expect(page.locator(".answer-by")).to_be_visible(timeout=ANSWER_MS)
    expect(page.locator(".answer-text .figure").first).to_be_visible()
    drawn = page.get_by_role("figure").filter(has_text="Revenue by segment")
    expect(drawn.get_by_role("img")).to_be_visible()
    view.check("5-answer")
    drawn.get_by_role("button", name="Show as table").click()
    expect(drawn.locator("td .figure").first).to_be_visible()
    page.locator(".answer-facts summary").click()
    expect(page.locator(".answer-facts li .figure").first).to_be_visible()
    view.check("5-answer-table")


def _receipt(view: View, figure: Locator) -> None:
    page = view.page
    said = figure.inner_text()
    figure.click()
    sheet = page.get_by_role("dialog")
    expect(sheet.locator(".receipt-figure")).to_have_text(said)
    sheet.get_by_role("button", name="Work it out again").click()
    expect(sheet.locator(".again-same")).to_be_visible(timeout=ANSWER_MS)
    view.check("6-receipt")
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(figure).to_be_focused()


def _thread_outlives_a_reload(view: View) -> None:
    before = view.page.locator(".answer-text").inner_text()
    view.page.reload()
    expect(view.page.locator(".answer-text")).to_have_text(
        re.compile(re.escape(before.split("\n")[0][:40])), timeout=ANSWER_MS
    )


def _report(view: View, folder: Path) -> None:
    page = view.page
    page.get_by_role("button", name="Report", exact=True).click()
    for name, first in (("PDF", b"%PDF"), ("Word", b"PK"), ("HTML", b"<!")):
        with page.expect_download(timeout=WORK_MS) as download:
            page.get_by_role("button", name=name).click()
        kept = folder / download.value.suggested_filename
        download.value.save_as(kept)
        assert kept.read_bytes().lstrip()[: len(first)] == first
        expect(page.locator(".menu-note")).to_contain_text(kept.name)
    view.check("7-report")


def _audience(view: View, folder: Path) -> None:
    """Looked at, saved, its file fetched."""
    page = view.page
    view.tab("Dashboard")
    page.get_by_role("button", name="Audiences").click()
    page.get_by_label("Filter").fill("recency >= 0 and monetary > 10")
    page.get_by_label("Name", exact=True).fill("Buyers")
    page.get_by_label("Leave alone, to compare with").select_option("0.2")
    page.get_by_role("button", name="Look").click()
    expect(page.get_by_text("Customers who last bought").first).to_be_visible(timeout=ANSWER_MS)
    view.check("8-audience-seen")
    page.get_by_role("button", name="Save").click()
    saved = page.get_by_role("region", name="Buyers")
    expect(saved.locator(".figure").first).to_be_visible(timeout=ANSWER_MS)
    with page.expect_download(timeout=ANSWER_MS) as fetched:
        saved.get_by_role("button", name="Customer ids").click()
    fetched.value.save_as(folder / "buyers.csv")
    with (folder / "buyers.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) > 10
    saved.get_by_role("button", name="Send to a webhook").click()
    view.check("9-audience-saved")
    _receipt(view, saved.locator(".figure").first)
    page.get_by_role("button", name="Back to the overview").click()
    expect(page.locator(".finding-lead")).to_be_visible(timeout=ANSWER_MS)


def _every_view(view: View) -> None:
    """The same shop in another theme and width: dashboard, chat with an answer, receipt."""
    page = view.page
    expect(page.locator(".segment").first).to_be_visible(timeout=ANSWER_MS)
    view.check("4-dashboard")
    view.tab("Chat")
    page.get_by_role("button", name="Who is likely to leave?").click()
    expect(page.locator(".answer-by")).to_be_visible(timeout=ANSWER_MS)
    view.check("5-answer")
    view.tab("Dashboard")
    _receipt(view, page.locator(".tile .figure").first)


def test_what_was_loaded_can_be_seen(
    open_view: Callable[[str], View], orders: Path, tmp_path: Path
) -> None:
    view = open_view("light-1440")
    _asked_back(view, as_exported_elsewhere(orders, tmp_path / "bestellungen.csv"))
    _ledger_of_the_load(view)
    _profile(view, "Histogram of total")
    _columns_of_customers(view, orders.with_name("customers.csv"))
    other = open_view("dark-390")
    expect(other.page.locator(".finding-lead")).to_be_visible(timeout=ANSWER_MS)
    _profile(other, "Histogram of total")
    _look_before_a_load(other, orders.with_name("customers.csv"))


def as_exported_elsewhere(orders: Path, file: Path) -> Path:
    """The same orders with semicolons, decimal commas, and no day after the twelfth."""
    with orders.open(encoding="utf-8", newline="") as source:
        early = re.compile(r"\d{4}-\d\d-(0\d|1[0-2]) ")
        rows = [row for row in csv.DictReader(source) if early.match(row["occurred_at"])]
    for row in rows:
        year, month, day = row["occurred_at"][:10].split("-")
        row["occurred_at"] = f"{day}/{month}/{year} {row['occurred_at'][11:16]}"
        row["unit_price"] = row["unit_price"].replace(".", ",")
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return file


def _upload(view: View, file: Path) -> None:
    with view.page.expect_file_chooser() as chooser:
        view.page.get_by_role("button", name="Upload a file").click()
    chooser.value.set_files(file)
    expect(view.page.get_by_role("heading", name="Check what was understood")).to_be_visible(
        timeout=WORK_MS
    )


def _asked_back(view: View, file: Path) -> None:
    """The day or the month first: asked with a date of the file, answered, and told apart."""
    page = view.page
    _upload(view, file)
    question = page.get_by_role("region", name="Which comes first, the day or the month?")
    expect(question).to_be_visible()
    expect(page.get_by_role("button", name="Load", exact=True)).to_be_disabled()
    view.faults[:] = [fault for fault in view.faults if "Failed to load resource" not in fault]
    view.check("b1-question")
    question.get_by_role("button", name="The day first").click()
    expect(page.locator(".balance")).to_be_visible(timeout=WORK_MS)
    expect(question).to_have_count(0)
    expect(page.get_by_text("Dates: the day first, as you said.")).to_be_visible()
    page.get_by_label("Time zone").select_option("Europe/London")
    page.get_by_label("Currency").select_option("GBP")
    expect(page.get_by_text("all amounts are GBP")).to_be_visible(timeout=WORK_MS)
    country = page.get_by_label("country", exact=True)
    country.select_option("Left out")
    expect(page.locator("details", has_text="Left out (1)")).to_be_visible(timeout=WORK_MS)
    view.check("b2-understood")
    page.locator(".comparison summary").first.click()
    page.locator(".comparison").scroll_into_view_if_needed()
    view.check("b3-before-and-after")
    page.locator(".ledger").scroll_into_view_if_needed()
    view.check("b4-ledger-before")
    page.get_by_role("button", name="Load the orders").click()
    expect(page.locator(".work")).to_have_count(0, timeout=WORK_MS)


def _look_before_a_load(view: View, file: Path) -> None:
    _upload(view, file)
    expect(view.page.locator(".balance")).to_be_visible(timeout=WORK_MS)
    view.check("d1-understood")
    first = view.page.locator(".comparison summary").first
    first.focus()
    view.page.keyboard.press("Enter")
    view.page.locator(".ledger").scroll_into_view_if_needed()
    view.check("d2-ledger-and-comparison")


def _ledger_of_the_load(view: View) -> None:
    page = view.page
    expect(page.locator(".loaded")).to_contain_text("bestellungen.csv is loaded")
    view.check("b5-loaded")
    page.get_by_role("button", name="See the ledger").click()
    ledger = page.locator(".loads .ledger")
    expect(ledger.locator(".balance")).to_be_visible(timeout=ANSWER_MS)
    ledger.locator("summary", has_text="dropped rows").click()
    reason = ledger.get_by_role("row").filter(has_text="exact duplicate").first
    expect(reason).to_be_visible()
    reason.scroll_into_view_if_needed()
    view.check("b6-ledger")
    page.get_by_role("button", name="Back to the overview").click()
    expect(page.locator(".finding-lead")).to_be_visible(timeout=ANSWER_MS)


def _profile(view: View, name: str) -> None:
    page = view.page
    page.get_by_role("button", name="See the data").click()
    expect(page.get_by_role("heading", name="The data")).to_be_focused(timeout=ANSWER_MS)
    expect(page.get_by_role("img", name=name)).to_be_visible()
    view.check("b7-profile")
    page.get_by_role("button", name="Show as table").click()
    table = page.get_by_role("table", name="The columns as a table")
    expect(table.get_by_role("row", name="Total")).to_be_visible()
    view.check("b8-profile-table")
    page.get_by_role("button", name="Back to the overview").click()
    expect(page.locator(".finding-lead")).to_be_visible(timeout=ANSWER_MS)


def _columns_of_customers(view: View, file: Path) -> None:
    page = view.page
    _upload(view, file)
    expect(page.get_by_label("This file holds")).to_have_value("customers")
    expect(page.get_by_label("Name of the dataset")).to_have_value("bestellungen")
    expect(page.locator(".balance")).to_be_visible(timeout=WORK_MS)
    view.check("c1-customers")
    page.get_by_role("button", name="Load the customers").click()
    expect(page.locator(".loaded")).to_contain_text("customers.csv is loaded", timeout=WORK_MS)
    page.get_by_role("button", name="See the data").click()
    page.get_by_label("Records").select_option("Customers", timeout=ANSWER_MS)
    expect(page.get_by_role("img", name="Histogram of age")).to_be_visible(timeout=ANSWER_MS)
    expect(page.get_by_text("people who opted out")).to_be_visible()
    view.check("c2-profile-of-customers")
    page.get_by_role("button", name="Back to the overview").click()
    expect(page.locator(".finding-lead")).to_be_visible(timeout=ANSWER_MS)


@pytest.mark.parametrize("look", LOOKS)
def test_the_empty_page(open_view: Callable[[str], View], look: str) -> None:
    view = open_view(look)
    expect(view.page.get_by_role("button", name="Try the sample shop")).to_be_visible()
    view.check("0-empty")
    view.tab("Chat")
    expect(view.page.get_by_label("Your question")).to_be_disabled()
    view.check("0-empty-chat")


def test_an_empty_file(open_view: Callable[[str], View], tmp_path: Path) -> None:
    """What happened is said in place, and another file can be chosen; nothing is loaded."""
    view = open_view("light-1440")
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    with view.page.expect_file_chooser() as chooser:
        view.page.get_by_role("button", name="Upload a file").click()
    chooser.value.set_files(empty)
    expect(view.page.get_by_role("alert")).to_be_visible(timeout=ANSWER_MS)
    expect(view.page.get_by_role("button", name="Choose another file")).to_be_visible()
    # The browser itself writes refused requests to the console.
    view.faults[:] = [fault for fault in view.faults if "Failed to load resource" not in fault]
    view.check("8-refused-file")
