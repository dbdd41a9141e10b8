"""Two processes of billhook-api are killed with -9 at random moments while many callers buy.

usage: api_kills.py EXECUTABLE CONFIG FOLDER STRIPE KEY TOKEN --kills N --organizations N --seed N
CONFIG listens at port 0; STRIPE is the base of a simulated Stripe with faults, KEY its key. Callers ask
for the customer, the subscription and a Checkout session of random organizations, now and then fifty of
them at once for one, and repeat as a client would. Afterwards everybody asks once more, and the objects at
Stripe are counted: a customer and a living subscription for each organization, and no session that could
be paid beside it. Exit 1 if there is one too many, or an answer that the API does not promise.
"""

import argparse
import collections
import concurrent.futures
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.parse

PATIENCE = 120  # seconds for one call that is repeated, on a slow machine
SIMULTANEOUS = 50
PROMISED = {"operation_in_progress", "stripe_unavailable", "log_unavailable", "overloaded", "store_unavailable",
            "request_timeout"}  # the last where the machine, or this process, stood still


class Api:
    """One process at a time, at a port of its own choice."""

    def __init__(self, number, told):
        self.log = os.path.join(told.folder, f"api-{number}.log")
        self.command = [told.executable, "--config", told.config]
        self.port = None
        self.start()

    def start(self):
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        while True:
            with open(self.log) as log:
                found = re.search(r" port=(\d+)", log.read())
            if found:
                self.port = int(found[1])
                return
            if self.process.poll() is not None:
                sys.exit(f"billhook-api did not start: {open(self.log).read()[-500:]}")
            time.sleep(0.02)

    def kill(self):
        self.port = None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Buyers:
    def __init__(self, told, apis):
        self.apis = apis
        self.headers = {"Authorization": f"Bearer {told.token}", "Content-Type": "application/json"}
        self.answers = collections.Counter()
        self.wrong = []
        self.lock = threading.Lock()

    def once(self, random_of, organization, what, body):
        """(status, code), or None if no answer came."""
        port = random_of.choice(self.apis).port
        if port is None:
            return None
        try:
            to = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            to.request("POST", f"/v1/organizations/{organization}/{what}", json.dumps(body), self.headers)
            answer = to.getresponse()
            told = json.loads(answer.read())
            to.close()
        except (OSError, http.client.HTTPException, ValueError):
            return None
        return answer.status, told.get("code", "")

    def buy(self, random_of, organization, what, body):
        """Until it is done; False if that took too long."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            came = self.once(random_of, organization, what, body)
            with self.lock:
                self.answers["no answer" if came is None else f"{came[0]} {came[1]}".strip()] += 1
                if came and came[0] not in (200, 201) and came[1] not in PROMISED:
                    self.wrong.append(f"{organization} {what}: {came}")
            if came and came[0] in (200, 201):
                return True
            time.sleep(random_of.uniform(0.01, 0.1))
        return False


def an_order(random_of):
    plan = random_of.choice(["basic", "pro"])
    what = random_of.choice(["customer", "subscription", "subscription", "checkout"])
    body = {} if what == "customer" else {"plan": plan, "interval": "month", "quantity": random_of.randint(1, 2)}
    if what == "checkout":
        body["success_url"] = "https://app.example.com/done"
    return what, body


def keep_buying(buyers, organizations, seed, ending):
    random_of = random.Random(seed)
    while not ending.is_set():
        what, body = an_order(random_of)
        buyers.buy(random_of, random_of.choice(organizations), what, body)


def all_at_once(buyers, organization, seed):
    """Fifty who ask for the same of one organization, once each."""
    what, body = an_order(random.Random(seed))
    with concurrent.futures.ThreadPoolExecutor(SIMULTANEOUS) as pool:
        for number in range(SIMULTANEOUS):
            pool.submit(buyers.once, random.Random(f"{seed} {number}"), organization, what, body)


def kill_while_they_buy(told, buyers, organizations):
    random_of = random.Random(told.seed)
    ending = threading.Event()
    threads = [
        threading.Thread(target=keep_buying, args=(buyers, organizations, f"{told.seed} {number}", ending))
        for number in range(told.callers)
    ]
    for each in threads:
        each.start()
    for number in range(told.kills):
        time.sleep(random_of.uniform(0, 0.3))
        if number % 20 == 0:
            crowd = (buyers, random_of.choice(organizations), f"{told.seed} crowd {number}")
            threading.Thread(target=all_at_once, args=crowd).start()
            time.sleep(random_of.uniform(0, 0.2))
        victim = buyers.apis[number % len(buyers.apis)]
        victim.kill()
        victim.start()
        if (number + 1) % 100 == 0:
            print(f"{number + 1} kills, {sum(buyers.answers.values())} calls", flush=True)
    ending.set()
    for each in threads:
        each.join()


class Stripe:
    def __init__(self, told):
        self.base = urllib.parse.urlparse(told.stripe)
        self.key = told.key

    def every(self, path, **asked):
        """All objects of a list."""
        while True:
            to = http.client.HTTPConnection(self.base.hostname, self.base.port, timeout=60)
            to.request("GET", f"{path}?{urllib.parse.urlencode(asked)}", headers={"Authorization": f"Bearer {self.key}"})
            page = json.loads(to.getresponse().read())
            to.close()
            yield from page["data"]
            if not page["has_more"]:
                return
            asked["starting_after"] = page["data"][-1]["id"]


def count(told, organizations):
    """What is wrong at Stripe, a line each, and what there is."""
    stripe = Stripe(told)
    wrong = []
    of = collections.defaultdict(list)
    for each in stripe.every("/v1/customers", limit=100):
        of[each["metadata"]["organization_id"]].append(each["id"])
    totals = collections.Counter(customers=sum(map(len, of.values())))
    for organization in organizations:
        if len(of[organization]) != 1:
            wrong.append(f"{organization} is {len(of[organization])} customers: {of[organization]}")
        living, opened = [], []
        for customer in of[organization]:
            for each in stripe.every("/v1/subscriptions", customer=customer, status="all"):
                totals["subscriptions"] += 1
                if each["status"] not in ("canceled", "incomplete_expired"):
                    living.append(each["id"])
            for each in stripe.every("/v1/checkout/sessions", customer=customer):
                totals["sessions"] += 1
                if each["status"] == "open":
                    opened.append(each["id"])
        totals["living"] += len(living)
        totals["open sessions"] += len(opened)
        if len(living) != 1 or opened:
            wrong.append(f"{organization} has the living subscriptions {living} and the open sessions {opened}")
    return wrong, totals


def main():
    parser = argparse.ArgumentParser()
    for name in ("executable", "config", "folder", "stripe", "key", "token"):
        parser.add_argument(name)
    parser.add_argument("--kills", type=int, required=True)
    parser.add_argument("--organizations", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--callers", type=int, default=12)
    told = parser.parse_args()
    organizations = [f"org_{number}" for number in range(told.organizations)]
    apis = [Api(number, told) for number in range(2)]
    buyers = Buyers(told, apis)
    try:
        kill_while_they_buy(told, buyers, organizations)
        last = {"plan": "pro", "interval": "month"}
        with concurrent.futures.ThreadPoolExecutor(told.callers) as pool:
            done = list(pool.map(
                lambda each: buyers.buy(random.Random(each), each, "customer", {})
                and buyers.buy(random.Random(each), each, "subscription", last),
                organizations,
            ))
        wrong, totals = count(told, organizations)
    finally:
        for each in apis:
            each.kill()
    wrong += buyers.wrong + [f"{each} could not buy" for each, bought in zip(organizations, done) if not bought]
    print(f"{told.kills} kills, {told.organizations} organizations; answers: {dict(buyers.answers.most_common())}")
    print(f"at Stripe: {dict(totals)}")
    for each in wrong[:20]:
        print(f"WRONG: {each}")
    sys.exit(1 if wrong else 0)


main()
