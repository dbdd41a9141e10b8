"""Others' own libraries as judges: Stripe's SDK, Standard Webhooks (Svix, Clerk) and PyJWT.

usage: oracles.py BILLHOOK FOLDER INGEST API STRIPE KEY ISSUER
INGEST takes Stripe's webhooks at /stripe/webhook and Clerk's at /clerk/webhook, with the secrets below; API
believes sessions of ISSUER that FOLDER/try.pem signs, whose public half is FOLDER/try.public.pem; STRIPE is a
simulated one with KEY. What they sign we must believe, what we sign they must, and what either forges nobody.
Prints a line for each judge; exit 1 with the first that disagrees.
"""

import base64
import datetime
import hashlib
import hmac
import http.server
import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import jwt
import standardwebhooks
import stripe

STRIPE_SECRET = "whsec_of_the_oracles_1234567890ab"
CLERK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # of Svix' own published vector
EVENT = {
    "id": "evt_oracle1", "object": "event", "api_version": "2026-09-30.endive", "created": 1767225600,
    "livemode": False, "type": "customer.created",
    "data": {"object": {"id": "cus_oracle1", "object": "customer", "created": 1767225600, "livemode": False,
                        "name": "Zo\u00eb & \u5f35", "metadata": {}}},
}
billhook, folder, ingest, api, stripe_base, key, issuer = sys.argv[1:]


def must(what, came, wanted):
    if came != wanted:
        sys.exit(f"{what}: {came}, not {wanted}")


def ask(url, body=None, headers=None):
    """The status of a call."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers or {}), timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def stripe_signed(body, secret, at):
    # What the SDK computes where it verifies; the header is as Stripe's documentation has it.
    return f"t={at},v1={stripe.WebhookSignature._compute_signature(f'{at}.{body}', secret)}"


def what_billhook_sends(body):
    """(body, Stripe-Signature) of `billhook send`."""
    came = []

    class Catcher(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            size = int(self.headers["Content-Length"])
            came.append((self.rfile.read(size).decode(), self.headers["Stripe-Signature"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    catcher = http.server.HTTPServer(("127.0.0.1", 0), Catcher)
    threading.Thread(target=catcher.serve_forever, daemon=True).start()
    with open(f"{folder}/oracle.json", "w") as file:
        file.write(body)
    url = f"http://127.0.0.1:{catcher.server_port}/stripe/webhook"
    subprocess.run([billhook, "send", "--url", url, "--secret", STRIPE_SECRET, f"{folder}/oracle.json"], check=True,
                   stdout=subprocess.DEVNULL)
    catcher.shutdown()
    return came[0]


def stripes_signatures():
    body = json.dumps(EVENT, ensure_ascii=False)
    sent, header = what_billhook_sends(body)
    read = stripe.Webhook.construct_event(sent, header, STRIPE_SECRET)
    must("the event in Stripe's SDK", (read.id, read.data.object.name), (EVENT["id"], EVENT["data"]["object"]["name"]))
    now = int(time.time())
    rows = [
        ("signed by the SDK", body, stripe_signed(body, STRIPE_SECRET, now), 200),
        ("another body", body + " ", stripe_signed(body, STRIPE_SECRET, now), 400),
        ("another secret", body, stripe_signed(body, STRIPE_SECRET + "x", now), 400),
        ("an hour ago", body, stripe_signed(body, STRIPE_SECRET, now - 3600), 400),
    ]
    for name, what, signature, wanted in rows:
        headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
        must(f"Stripe, {name}", ask(f"{ingest}/stripe/webhook", what.encode(), headers), wanted)
        try:
            stripe.Webhook.construct_event(what, signature, STRIPE_SECRET)
            must(f"the SDK, {name}", 200, wanted)
        except stripe.SignatureVerificationError:
            must(f"the SDK, {name}", 400, wanted)
    return f"Stripe's SDK {stripe.VERSION}: one of ours verified and parsed, {len(rows)} of its own as it says"


def clerks_signatures():
    judge = standardwebhooks.Webhook(CLERK_SECRET)
    body = json.dumps({"object": "event", "type": "organization.created", "timestamp": 1654013202977,
                       "data": {"object": "organization", "id": "org_oracle", "name": "Acme",
                                "created_at": 1654013202977, "updated_at": 1654013202977}})
    # The vector that Svix publishes: the judge itself is right.
    then = datetime.datetime.fromtimestamp(1614265330, datetime.timezone.utc)
    must("the published vector", judge.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", then, '{"test": 2432232314}'),
         "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    now = datetime.datetime.now(datetime.timezone.utc)
    old = now - datetime.timedelta(hours=1)
    signed = judge.sign("msg_oracle", now, body)
    rows = [
        ("signed by the library", body, now, signed, 200),
        ("several signatures", body, now, f"v1,{base64.b64encode(b'0' * 32).decode()} v2,x {signed}", 200),
        ("another body", body + " ", now, signed, 400),
        ("an hour ago", body, old, judge.sign("msg_oracle", old, body), 400),
        ("another version alone", body, now, signed.replace("v1,", "v2,"), 400),
    ]
    for name, what, at, signature, wanted in rows:
        fields = {"id": "msg_oracle", "timestamp": str(int(at.timestamp())), "signature": signature}
        try:
            judge.verify(what, {f"webhook-{each}": value for each, value in fields.items()})
            must(f"the library, {name}", 200, wanted)
        except standardwebhooks.WebhookVerificationError:
            must(f"the library, {name}", 400, wanted)
        headers = {f"svix-{each}": value for each, value in fields.items()} | {"Content-Type": "application/json"}
        must(f"Clerk, {name}", ask(f"{ingest}/clerk/webhook", what.encode(), headers), wanted)
    return f"Standard Webhooks: the published vector, and {len(rows)} as it says"


def unsigned_part(of):
    return base64.urlsafe_b64encode(json.dumps(of).encode()).rstrip(b"=").decode()


def session_tokens():
    with open(f"{folder}/try.pem") as private, open(f"{folder}/try.public.pem") as public:
        private, public = private.read(), public.read()
    ours = subprocess.run(
        [billhook, "token", "--session", "org_oracle", "--key", f"{folder}/try.pem", "--issuer", issuer],
        check=True, capture_output=True, text=True).stdout.strip()
    claims = jwt.decode(ours, public, algorithms=["RS256"], issuer=issuer, options={"require": ["exp", "nbf", "sub"]})
    must("our claims in PyJWT", claims["o"], {"id": "org_oracle", "rol": "admin"})
    now = int(time.time())
    good = {"v": 2, "iss": issuer, "sub": "user_1", "iat": now, "nbf": now, "exp": now + 600, "sts": "active",
            "o": {"id": "org_oracle", "rol": "admin"}}
    signing = f"{unsigned_part({'alg': 'HS256', 'typ': 'JWT'})}.{unsigned_part(good)}"
    forged = base64.urlsafe_b64encode(hmac.new(public.encode(), signing.encode(), hashlib.sha256).digest())
    rows = [
        ("RS256", jwt.encode(good, private, "RS256"), 200),
        ("version 1", jwt.encode({key: value for key, value in good.items() if key not in ("v", "o")}
                                 | {"org_id": "org_oracle", "org_role": "org:admin"}, private, "RS256"), 200),
        ("RS512", jwt.encode(good, private, "RS512"), 401),
        ("none", jwt.encode(good, None, "none"), 401),
        ("HS256 with the public key", f"{signing}.{forged.rstrip(b'=').decode()}", 401),
        ("expired", jwt.encode(good | {"exp": now - 60}, private, "RS256"), 401),
        ("not yet", jwt.encode(good | {"nbf": now + 600}, private, "RS256"), 401),
        ("another issuer", jwt.encode(good | {"iss": issuer + "x"}, private, "RS256"), 401),
        ("pending", jwt.encode(good | {"sts": "pending"}, private, "RS256"), 401),
        ("another organization", jwt.encode(good | {"o": {"id": "org_x", "rol": "admin"}}, private, "RS256"), 404),
    ]
    for name, token, wanted in rows:
        headers = {"Authorization": f"Bearer {token}"}
        must(f"a token: {name}", ask(f"{api}/v1/organizations/org_oracle/standing", None, headers), wanted)
    return f"PyJWT {jwt.__version__}: one of ours decoded, {len(rows)} of its own believed or refused"


def the_simulated_stripe():
    client = stripe.StripeClient(key, base_addresses={"api": stripe_base})
    made = client.v1.customers.create(params={"metadata": {"organization_id": "org_of_the_sdk"}})
    must("the customer in the SDK", client.v1.customers.retrieve(made.id).metadata["organization_id"], "org_of_the_sdk")
    prices = client.v1.prices.list(params={"active": True, "limit": 100}).data
    must("prices of the SDK's type", {type(each) for each in prices}, {stripe.Price})
    product = client.v1.products.retrieve(prices[0].product)
    must("a price's product", (product.id, product.active), (prices[0].product, True))
    try:
        client.v1.customers.retrieve("cus_of_nobody")
        sys.exit("the SDK finds a customer that is not there")
    except stripe.InvalidRequestError as refused:
        must("nobody", (refused.http_status, refused.code), (404, "resource_missing"))
    return f"Stripe's SDK reads the simulated Stripe: {len(prices)} prices, a customer, a refusal"


for judge in (stripes_signatures, clerks_signatures, session_tokens, the_simulated_stripe):
    print(judge())
