"""What a person does on the page, in headless Chromium beside billing_stand_in.mjs: tour.py ADDRESS BROWSER FOLDER."""

import json
import sys
import urllib.request
from datetime import datetime, timedelta, timezone

from walk import WIDTHS, Walk, browser_of

address, browser, folder = sys.argv[1:]


def later(days):
    return (datetime.now(timezone.utc) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


PAY = {"type": "pay", "path": "/v1/organizations/org_1/invoices/open"}
NONE = {"plan": None, "amount_minor": None, "currency": None, "seats": None, "renews_at": None,
        "billing_interval": None, "billing_interval_count": None}
DEBT = {"in_dunning": True, "required_action": PAY, "renews_at": None, "subscription_status": "past_due"}
SCENES = {
    "trial": NONE | {"reason": "trial", "trial_ends_at": later(9)},
    "trial_over": NONE | {"reason": "trial_over", "access": "none", "required_action": {"type": "subscribe"}},
    "incomplete": NONE | {"reason": "incomplete", "access": "none", "required_action": PAY},
    "trialing": {"reason": "trialing", "trial_ends_at": later(9)},
    "paid": {"reason": "paid"},
    "settled": {"reason": "settled"},
    "grace": DEBT | {"reason": "grace", "grace_until": later(5), "restricted_until": later(19)},
    "restricted": DEBT | {"reason": "restricted", "access": "restricted", "restricted_until": later(1)},
    "unpaid": DEBT | {"reason": "unpaid", "access": "none"},
    "paused": {"reason": "paused", "access": "restricted", "renews_at": None, "required_action": {"type": "resume"}},
    "canceled": NONE | {"reason": "canceled", "access": "none", "required_action": {"type": "subscribe"}},
    "ended": NONE | {"reason": "ended", "access": "none", "required_action": {"type": "subscribe"}},
    "unknown_status": {"reason": "unknown_status"},
    "unknown": NONE | {"reason": "unknown"},
    "exempt": DEBT | {"reason": "exempt"},
    "fallback": NONE | {"reason": "fallback", "plan": "basic"},
    "granted": NONE | {"reason": "granted", "plan": "enterprise"},
}


class Tour(Walk):
    def scene(self, standing, role="admin", **options):
        body = json.dumps({"standing": standing | {"role": role}, "options": options}).encode()
        urllib.request.urlopen(urllib.request.Request(address + "/_scene", body, method="PUT")).read()
        self.page.goto("about:blank")
        self.page.goto(f"{address}/#organization=org_1&token=demo")
        self.page.get_by_role("heading", name="Plans").wait_for()
        self.page.wait_for_function("document.querySelector('.billhook-status').textContent !== 'Loading.'")
        assert "token" not in self.page.url

    def banner(self, text):
        self.page.locator(".billhook-banner", has_text=text).wait_for()

    def focused(self, name):
        told = self.page.evaluate("document.activeElement.textContent")
        assert told == name, f"the focus is on {told!r}, not {name!r}"

    def picture(self, name, width):
        self.picture_to(f"{folder}/{name}.{width}.png")

    def banners(self, width):
        for name, standing in SCENES.items():
            self.scene(standing)
            assert self.page.locator(".billhook-banner p").inner_text()
            self.picture(f"banner_{name}_administrator", width)
            self.scene(standing, role="member")
            assert self.page.locator(".billhook-banner p").inner_text()
            assert self.page.locator("billhook-billing button").count() == 0, "a member has something to click"
            self.picture(f"banner_{name}_member", width)

    def buys(self, width):
        self.scene(SCENES["trial_over"])
        self.page.get_by_label("Seats").fill("3")
        self.page.get_by_label("Yearly").check()
        self.picture("plans", width)
        self.page.get_by_label("Seats").focus()  # from here by the keyboard
        self.page.keyboard.press("Tab")
        self.focused("Choose Basic")
        self.page.keyboard.press("Tab")
        self.focused("Choose Pro")
        self.page.keyboard.press("Enter")
        self.page.get_by_text("Due now: $2,370.00").wait_for()
        self.focused("Your change")
        self.picture("review", width)
        self.button("Go on to payment").click()
        self.button("Pay").wait_for()
        card = self.page.get_by_label("Card number")
        card.wait_for()
        self.picture("payment", width)
        card.fill("4000 0000 0000 0002")
        self.button("Pay").click()
        self.page.get_by_role("alert").filter(has_text="Your card was declined.").wait_for()
        self.picture("declined", width)
        card.fill("4000 0025 0000 3155")
        self.button("Pay").click()
        self.button("Fail").click()
        self.page.get_by_role("alert").filter(has_text="did not go through").wait_for()
        self.button("Pay").click()
        self.button("Complete").click()
        self.says("Your change is made.")
        self.banner("Your subscription is active.")
        self.focused("Plans")
        self.picture("bought", width)

    def tries(self):
        self.scene(SCENES["trial_over"], trial_available=True)
        self.button("Choose Basic").click()
        trial = self.page.get_by_label("Start with the free trial")
        assert trial.is_checked() and self.page.get_by_text("Due now").count() == 0
        trial.uncheck()
        self.page.get_by_text("Due now: $29.00").wait_for()
        trial.check()
        self.button("Go on to payment").click()
        self.page.get_by_label("Card number").fill("4242 4242 4242 4242")
        self.button("Save payment method").click()
        self.banner("You are trying Basic.")

    def changes(self, width):
        self.scene(SCENES["paid"])
        self.button("Upgrade to Enterprise").click()
        self.button("Confirm").click()
        self.says("Your change is made.")
        self.button("Downgrade to Basic").click()
        self.page.get_by_text("Until then you keep what you have.").wait_for()
        self.button("Confirm").click()
        self.banner("It changes to Basic on")
        self.picture("arranged", width)
        self.button("Keep it as it is").click()
        self.says("Your subscription goes on.")
        self.button("Cancel subscription").first.click()
        self.focused("Cancel the subscription?")
        self.button("Keep subscription").click()
        self.focused("Plans")
        self.button("Cancel subscription").click()
        self.page.locator(".billhook-danger").click()
        self.banner("The subscription ends on")
        self.button("Keep it as it is").click()
        self.banner("It renews on")
        self.scene(SCENES["paid"], confirm="payment")
        self.button("Upgrade to Enterprise").click()
        self.button("Confirm").click()
        self.page.get_by_label("Card number").fill("4242 4242 4242 4242")
        self.button("Pay").click()
        self.says("Your change is made.")

    def leaves(self):
        self.scene(SCENES["grace"])
        self.button("Pay now").click()
        self.page.wait_for_url("**/_invoice")
        self.scene(SCENES["paid"])
        self.button("Payment method and invoices").click()
        self.page.wait_for_url("**/_portal")
        self.scene(SCENES["trial_over"], hosted=True)
        self.button("Choose Pro").click()
        self.button("Confirm").click()
        self.page.wait_for_url("**/_checkout")
        self.scene(SCENES["paid"])
        self.page.goto(f"{address}/?payment_intent=pi_1&payment_intent_client_secret=s&redirect_status=succeeded&own=1")
        self.says("Your change is made.")
        assert self.page.url == f"{address}/?own=1", self.page.url
        self.page.goto(f"{address}/?setup_intent=si_1&redirect_status=failed")
        self.says("The payment did not go through.")

    def several(self, width):
        invoices = [{"invoice": f"in_{at}", "amount_due_minor": 7900 * at, "currency": "usd", "link": "/_invoice"} for at in (1, 2)]
        self.scene(SCENES["grace"], invoices=invoices, priced=False)
        self.button("Pay now").click()
        self.page.get_by_role("link", name="Pay $158.00").wait_for()
        self.picture("invoices", width)

    def refused(self):
        self.scene(SCENES["paid"])
        body = json.dumps({"standing": {"role": "member"}}).encode()
        urllib.request.urlopen(urllib.request.Request(address + "/_scene", body, method="PUT")).read()
        self.button("Payment method and invoices").click()
        self.says("Only an administrator")
        self.faults = [each for each in self.faults if "403" not in each]


with browser_of(browser) as new_page:
    for width, pixels in WIDTHS.items():
        for scheme in ("light", "dark"):
            tour = Tour(new_page(viewport={"width": pixels, "height": 900}, color_scheme=scheme))
            name = f"{width}.{scheme}"
            if scheme == "light":
                tour.banners(name)
                tour.tries()
                tour.leaves()
                tour.refused()
            tour.buys(name)
            tour.changes(name)
            tour.several(name)
            tour.went_well()
            tour.page.context.close()
print(f"the page was looked at; the screenshots are in {folder}")
