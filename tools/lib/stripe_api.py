#!/usr/bin/python3
"""What the notifier asks of Stripe, for a stack without a Stripe account.

stripe_api.py --port 12111 --ready FILE

Listens on 127.0.0.1 and answers GET /v1/customers/ID and GET /v1/invoices/ID for any ID, which only has
to look like one: nobody is a stranger here, nobody has a real address, and every invoice is open.
What something costs is left to whoever asks to know. FILE is
written once it listens.
"""

import argparse
import json
import re
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

asked = re.compile(r"/v1/(customers|invoices)/((?:cus|in)_[A-Za-z0-9_]+)$")


def answer_to(path):
    found = asked.match(path)
    if not found:
        error = {"type": "invalid_request_error", "code": "resource_missing"}
        return 404, {"error": error}
    kind, name = found.groups()
    if kind == "customers":
        email = f"{name.lower()}@customer.example"
        return 200, {"id": name, "object": "customer", "email": email, "name": f"Customer {name[-4:]}"}
    link = f"https://invoice.stripe.example/i/{name}"
    return 200, {"id": name, "object": "invoice", "status": "open", "hosted_invoice_url": link}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        status, body = answer_to(self.path.partition("?")[0])
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass  # a line a request would be all there is in the log


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--ready", required=True)
    told = arguments.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", told.port), Handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with open(told.ready, "w") as file:
        file.write(f"http://127.0.0.1:{told.port}\n")
    server.serve_forever()


if __name__ == "__main__":
    main()
