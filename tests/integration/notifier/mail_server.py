#!/usr/bin/python3
"""The mail server of the local stack, with whims that a recipient's name asks for.

mail_server.py LIB FOLDER starttls|plain [CERTIFICATE KEY]

refused@ is no mailbox here, later@ is greylisted, unwanted@ and busy@ are answered so after the body,
silent@ gets no answer to it, gone@ is cut off at its name.
"""

import asyncio
import sys

sys.path.insert(0, sys.argv[1])
import mail_server as kept  # noqa: E402  the one in tools/lib
from aiosmtpd.smtp import SMTP  # noqa: E402

at_the_name = {"refused": "550 5.1.1 no such mailbox", "later": "451 4.7.1 try again later"}
after_the_body = {"unwanted": "554 5.7.1 not wanted", "busy": "452 4.3.1 no room"}


class Whims(kept.Keeping):
    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "gone":
            server.transport.abort()
        if name in at_the_name:
            return at_the_name[name]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        name = envelope.rcpt_tos[0].split("@")[0]
        if name in after_the_body:
            return after_the_body[name]
        self.keep(envelope.content)
        if name == "silent":
            server.transport.abort()
        return "250 kept"


def main():
    whims = Whims(sys.argv[2])
    secure = sys.argv[3] == "starttls"
    context = kept.tls_context(sys.argv[4], sys.argv[5]) if secure else None

    def make_session():
        return SMTP(whims, tls_context=context, require_starttls=secure, hostname="localhost")

    asyncio.run(kept.serve(make_session, 0))


if __name__ == "__main__":
    main()
