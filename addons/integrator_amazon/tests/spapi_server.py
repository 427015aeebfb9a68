# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A scripted HTTPS server for tests of the client: it says what it is told to say."""

import datetime
import ipaddress
import json
import ssl
import tempfile
import threading
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Answer:
    """What the server says: `body` as JSON unless it is bytes; `cut`: it promises
    more bytes than it sends; `drop`: it says nothing and hangs up."""

    body: object = field(default_factory=dict)
    status: int = 200
    headers: dict = field(default_factory=dict)
    cut: bool = False
    drop: bool = False
    wait: threading.Event | None = None


TOKEN = Answer({"access_token": "Atza|one", "token_type": "bearer", "expires_in": 3600})


@cache
def certificate():
    """Return (PEM of certificate, PEM of key) for 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return made.public_bytes(serialization.Encoding.PEM), private


class ScriptedServer:
    """Give answers by path; what is asked is kept in `requests`."""

    def __init__(self):
        self.answers = {"/auth/o2/token": [TOKEN]}
        self.requests = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._http.socket = self._context().wrap_socket(
            self._http.socket, server_side=True
        )
        self.url = f"https://127.0.0.1:{self._http.server_port}"
        self.ca = certificate()[0].decode()
        # Clients that hang up on purpose are no news.
        self._http.handle_error = lambda *_: None
        threading.Thread(
            target=self._http.serve_forever, args=(0.05,), daemon=True
        ).start()

    @staticmethod
    def _context():
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"".join(certificate()))
            file.flush()
            context.load_cert_chain(file.name)
        return context

    def say(self, path, *answers):
        """Answer requests of *path* in this order; the last one again and again."""
        self.answers[path] = list(answers)

    def asked(self, path):
        """Return the requests of *path*: dicts method, query, headers, body."""
        return [item for item in self.requests if item["path"] == path]

    def close(self):
        self._http.shutdown()
        self._http.server_close()

    def _next(self, path):
        script = self.answers.get(path) or [Answer({"errors": []}, 404)]
        return script.pop(0) if len(script) > 1 else script[0]

    def _handler(server):  # noqa: N805 - self is the handler's below
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Or the second packet of an answer waits 40 ms for the first to be taken.
            disable_nagle_algorithm = True

            def respond(self):
                path, _, query = self.path.partition("?")
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                server.requests.append(
                    {
                        "path": path,
                        "method": self.command,
                        "query": query,
                        "headers": dict(self.headers.items()),
                        "body": body,
                    }
                )
                self.give(server._next(path))

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = respond

            def give(self, answer):
                if answer.wait:
                    answer.wait.wait(10)
                if answer.drop:
                    self.close_connection = True
                    return
                body = answer.body
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(data) + 10 * answer.cut))
                self.end_headers()
                self.wfile.write(data)
                self.close_connection = answer.cut

            def log_message(self, *_args):
                """Keep the test's output clean."""

        return Handler
