"""Servers that take alerts: a webhook's, and a real SMTP server with STARTTLS and a login, each in a thread."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer


class Hook:
    """Takes POSTs; `answers` are the codes to give, the last one for good."""

    def __init__(self, *answers, location=""):
        self.answers, self.location = list(answers) or [200], location
        self.taken = []
        self.came = threading.Event()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 5

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.taken.append((dict(self.headers), body))
                hook.came.set()
                self.send_response(hook.answers.pop(0) if len(hook.answers) > 1 else hook.answers[0])
                if hook.location:
                    self.send_header("Location", hook.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST  # noqa: N815

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/hook?from=homeroom"

    @property
    def documents(self):
        return [json.loads(body) for _, body in self.taken]

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Box:
    """What an SMTP server keeps: sender, recipients, parsed message; it may refuse recipients."""

    def __init__(self, refuses=()):
        self.mails, self.refuses = [], set(refuses)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address in self.refuses:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):  # noqa: N802
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append((session.ssl is not None, envelope.rcpt_tos, parsed, envelope.content))
        return "250 taken"


def certificate(folder):
    """Make a certificate of 127.0.0.1 that signs itself; return its file and its key's."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=127.0.0.1",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-keyout",
            key,
            "-out",
            cert,
        ],
        check=True,
        capture_output=True,
    )
    return cert, key


@contextmanager
def smtp(box, user="", password="", files=None):
    """Run a mail server that keeps into `box`; yield its port."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult, LoginPassword

    def login(_server, _session, _envelope, _mechanism, given):
        right = isinstance(given, LoginPassword) and (given.login, given.password) == (user.encode(), password.encode())
        return AuthResult(success=right, handled=False)

    more = {}
    if files:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)
        more = {"tls_context": context, "require_starttls": True}
    if user:
        more |= {"authenticator": login, "auth_required": True}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, **more)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
