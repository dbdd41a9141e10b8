#!/usr/bin/python3
"""A mail server that keeps what it is given: a message a file, for looking at.

mail_server.py --port 1025 --folder FOLDER --certificate FILE --key FILE

Listens on 127.0.0.1 and wants STARTTLS. FOLDER gets NNNN-SUBJECT.eml, whole or not at all, and beside
it the HTML part as NNNN-SUBJECT.html for a browser.
"""

import argparse
import asyncio
import email
import email.policy
import os
import re
import signal
import ssl

from aiosmtpd.smtp import SMTP


class Keeping:
    """Writes each message to a file; the numbers go on where an earlier server left off."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        os.chmod(folder, 0o700)  # also one of before
        numbers = [int(name[:4]) for name in os.listdir(folder) if re.match(r"\d{4}-", name)]
        self.last = max(numbers, default=0)

    async def handle_DATA(self, server, session, envelope):
        self.keep(envelope.content)
        return "250 kept"

    def keep(self, content):
        message = email.message_from_bytes(content, policy=email.policy.default)
        subject = re.sub(r"[^a-z0-9]+", "-", str(message["Subject"] or "").lower()).strip("-")
        self.last += 1
        name = os.path.join(self.folder, f"{self.last:04}-{subject[:60] or 'no-subject'}")
        html = message.get_body(("html",))
        if html is not None:
            self.write(name + ".html", html.get_content().replace("\r\n", "\n").encode())
        self.write(name + ".eml", content)

    @staticmethod
    def write(name, content):
        with open(name + ".new", "wb") as file:
            file.write(content)
        os.rename(name + ".new", name)


def tls_context(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context


async def serve(make_session, port):
    """Says "listening on PORT" and serves until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stopped.set)
    server = await loop.create_server(make_session, "127.0.0.1", port)
    print(f"listening on {server.sockets[0].getsockname()[1]}", flush=True)
    await stopped.wait()
    server.close()


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--folder", required=True)
    arguments.add_argument("--certificate", required=True)
    arguments.add_argument("--key", required=True)
    told = arguments.parse_args()
    keeping = Keeping(told.folder)
    context = tls_context(told.certificate, told.key)

    def make_session():
        return SMTP(keeping, tls_context=context, require_starttls=True, hostname="localhost")

    asyncio.run(serve(make_session, told.port))


if __name__ == "__main__":
    main()
