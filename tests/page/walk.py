"""What both tours do in headless Chromium."""

from contextlib import contextmanager

from playwright.sync_api import sync_playwright

WIDTHS = {"wide": 1200, "narrow": 400}


class Walk:
    def __init__(self, page):
        self.page = page
        self.faults = []
        page.on("console", lambda said: said.type == "error" and self.faults.append(said.text))
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    def button(self, name):
        return self.page.get_by_role("button", name=name, exact=True)

    def says(self, text):
        self.page.locator(".billhook-status", has_text=text).wait_for()

    def picture_to(self, path):
        over = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{path}: {over} px too wide"
        self.page.screenshot(path=path, full_page=True)

    def went_well(self):
        faults = [each for each in self.faults if "favicon" not in each]
        assert not faults, faults


@contextmanager
def browser_of(executable):
    """A function that gives a page of its own, by the options of its context."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield lambda **options: chromium.new_context(
            locale="en-US", timezone_id="UTC", reduced_motion="reduce", **options
        ).new_page()
        chromium.close()
