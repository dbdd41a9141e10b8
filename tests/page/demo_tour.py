"""What a person does at `tools/run --demo billing`, in headless Chromium: demo_tour.py BROWSER FOLDER ADMIN MEMBER SHOP.

ADMIN and MEMBER are the links that the demo prints, SHOP is the simulated Stripe's overview."""

import sys
import time

from walk import WIDTHS, Walk, browser_of

browser, folder, admin, member, shop = sys.argv[1:]
PATIENCE = 60  # seconds, for what Stripe tells to be folded on a busy machine


class Demo(Walk):
    def __init__(self, page):
        super().__init__(page)
        self.pictures = 0
        page.set_default_timeout(PATIENCE * 1_000)

    def open(self, link):
        self.page.goto("about:blank")
        self.page.goto(link)

    def banner(self, text):
        """Of the page as it is loaded again and again: what happens at Stripe comes by its webhooks."""
        until = time.monotonic() + PATIENCE
        while True:
            self.page.get_by_role("heading", name="Plans").wait_for()
            said = self.page.locator(".billhook-banner p").inner_text()
            if text in said:
                return
            assert time.monotonic() < until, f"the banner says {said!r}, not {text!r}"
            self.page.wait_for_timeout(500)
            self.page.reload()

    def picture(self, name):
        self.pictures += 1
        for width, pixels in WIDTHS.items():
            self.page.set_viewport_size({"width": pixels, "height": 900})
            self.picture_to(f"{folder}/{self.pictures:02}_{name}.{width}.png")

    def at_the_shop(self, act):
        back = self.page.url
        self.open(shop)
        self.button(act).last.click()  # of who bought last
        self.page.get_by_role("heading", name="What was sold").wait_for()
        self.picture("shop")
        self.open(back)

    def buys(self):
        self.open(admin)
        self.banner("trial")
        self.picture("trial")
        self.page.get_by_label("Seats").fill("2")
        self.button("Choose Pro").click()
        self.page.get_by_label("Start with the free trial").uncheck()
        self.page.get_by_text("Due now: $158.00").wait_for()
        self.picture("review")
        self.button("Go on to payment").click()
        card = self.page.get_by_label("Card number")
        card.fill("4000 0000 0000 0002")
        self.button("Pay").click()
        self.page.get_by_role("alert").filter(has_text="Your card was declined.").wait_for()
        self.picture("declined")
        card.fill("4000 0025 0000 3155")
        self.button("Pay").click()
        self.picture("challenge")
        self.button("Fail").click()
        self.page.get_by_role("alert").filter(has_text="did not go through").wait_for()
        self.button("Pay").click()
        self.button("Complete").click()
        self.says("Your change is made.")
        self.banner("Your subscription is active.")
        self.picture("bought")

    def leaves_and_stays(self):
        self.button("Payment method and invoices").click()
        self.page.get_by_role("heading", name="Customer portal").wait_for()
        self.picture("portal")
        self.button("Cancel subscription").click()
        self.button("Do not cancel").wait_for()
        self.page.get_by_role("link", name="Return").click()
        self.banner("The subscription ends on")
        self.picture("leaving")
        self.button("Keep it as it is").click()
        self.says("Your subscription goes on.")
        self.banner("It renews on")

    def owes(self):
        self.at_the_shop("The period ends, and the card is declined")
        self.banner("A payment failed.")
        self.picture("owing")
        self.button("Pay now").click()
        self.button("Pay USD 158.00").click()
        self.page.get_by_text("Nothing is due.").wait_for()
        self.picture("invoice")
        self.open(admin)
        self.banner("Your subscription is active.")

    def changes(self):
        self.button("Upgrade to Enterprise").click()
        self.button("Confirm").click()
        self.says("Your change is made.")
        self.page.get_by_role("listitem", name="Enterprise").get_by_text("Current plan").wait_for()
        self.page.wait_for_timeout(2_200)  # of two changes within two seconds the second shows late
        self.button("Downgrade to Basic").click()
        self.page.get_by_text("Until then you keep what you have.").wait_for()
        self.button("Confirm").click()
        self.banner("It changes to Basic on")
        self.picture("arranged")
        self.at_the_shop("The period ends, and the next is paid")
        self.banner("Your subscription is active.")
        self.page.get_by_role("listitem", name="Basic").get_by_text("Current plan").wait_for()

    def looks_on(self):
        self.open(member)
        self.banner("")
        assert self.page.locator("billhook-billing button").count() == 0, "a member has something to click"
        self.picture("member")


with browser_of(browser) as new_page:
    demo = Demo(new_page())
    demo.buys()
    demo.leaves_and_stays()
    demo.owes()
    demo.changes()
    demo.looks_on()
    demo.went_well()
print(f"the demo was walked; the screenshots are in {folder}")
