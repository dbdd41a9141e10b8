"""Asks Stripe's own SDK about signatures, both ways, against a running gateway.

Installs the pinned SDK into --folder when it is not there; says SKIPPED, and ends well, when it
cannot be had. Ends with "oracle agrees", or with exit code 1 and what differs.
"""

import argparse
import http.client
import importlib
import os
import subprocess
import sys
import tempfile
import time

VERSION = "14.4.1"


def sdk(folder):
    """The module out of the folder, which is made whole or not at all."""
    if not os.path.isdir(folder):
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        with tempfile.TemporaryDirectory(dir=os.path.dirname(folder)) as new:
            target = os.path.join(new, "sdk")
            done = subprocess.run(
                [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--target", target,
                 "stripe==" + VERSION],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            if done.returncode != 0:
                reason = (done.stdout.strip().splitlines() or ["no reason given"])[-1]
                print("SKIPPED: pip cannot install stripe " + VERSION + ": " + reason)
                sys.exit(0)
            try:
                os.rename(target, folder)
            except OSError:
                pass  # another test was first
    sys.path.insert(0, folder)
    return importlib.import_module("stripe")


def header(stripe, t, body, secrets):
    signature = stripe.WebhookSignature._compute_signature
    return "t=%d," % t + ",".join("v1=" + signature("%d.%s" % (t, body), each) for each in secrets)


def post(port, path, body, signature):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", path, body.encode("utf-8"), {
        "Stripe-Signature": signature, "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Accept": "*/*; q=0.5, application/xml"})
    reply = connection.getresponse()
    reply.read()
    connection.close()
    return reply.status


def main():
    arguments = argparse.ArgumentParser()
    for name in ("folder", "path", "secret", "our-header", "our-body"):
        arguments.add_argument("--" + name, required=True)
    arguments.add_argument("--port", type=int, required=True)
    told = arguments.parse_args()
    stripe = sdk(told.folder)
    body = '{\n  "id": "evt_sdk",\n  "object": "event",\n  "data": {"object": {"name": "Zo\u00eb \u2603"}}\n}'
    now = int(time.time())
    good = header(stripe, now, body, [told.secret])
    stripe.Webhook.construct_event(body, good, told.secret)
    rows = [
        ("signed by the SDK", body, good, 200),
        ("while a secret is rolled", body, header(stripe, now, body, ["whsec_older", told.secret]), 200),
        ("with Stripe's fake v0", body, good + ",v0=" + "0" * 64, 200),
        ("a changed body", body.replace("evt_sdk", "evt_sdl"), good, 400),
        ("a longer body", body + "\n", good, 400),
        ("another secret", body, header(stripe, now, body, ["whsec_older"]), 400),
        ("too old", body, header(stripe, now - 400, body, [told.secret]), 400),
        ("from the future", body, header(stripe, now + 400, body, [told.secret]), 400),
    ]
    wrong = []
    for name, sent, signature, expected in rows:
        status = post(told.port, told.path, sent, signature)
        if status != expected:
            wrong.append("%s: %d instead of %d" % (name, status, expected))
    try:
        stripe.WebhookSignature.verify_header(told.our_body, told.our_header, told.secret, 300)
    except stripe.SignatureVerificationError as refused:
        wrong.append("our own header: " + str(refused))
    print("\n".join(wrong) if wrong else "oracle agrees: %d rows" % len(rows))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
