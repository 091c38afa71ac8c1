"""A leaf in Python: counts the words of the lines that are its own."""

import json
import os
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LEAF, LEAVES = int(os.environ["LEAF"]), int(os.environ["LEAVES"])


class Words(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(b"ready")

    def do_POST(self):
        text = self.rfile.read(int(self.headers["content-length"])).decode()
        words = Counter(" ".join(text.splitlines()[LEAF::LEAVES]).split())
        self.answer(json.dumps(words).encode())

    def answer(self, body):
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


address = os.environ.get("LISTEN_ADDRESS", ""), int(os.environ.get("PORT", "8080"))
ThreadingHTTPServer(address, Words).serve_forever()
