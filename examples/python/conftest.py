"""Runs what main.py synthesizes on this machine: a fixture for any project, to copy and to change."""

import http.client
import json
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

COMMAND = Path(sysconfig.get_path("scripts"), "cdk8s-metaparticle")


class Cluster:
    def __init__(self, manifests):
        up = [COMMAND, "up", manifests, "--json"]
        self.process = subprocess.Popen(up, stdout=subprocess.PIPE, encoding="ascii")
        events = (json.loads(line) for line in self.process.stdout)
        ready = next((event for event in events if event["event"] == "ready"), None)
        if ready is None:
            raise RuntimeError("the cluster has not started: its error is on the standard error")
        self.urls = {service["name"]: service["url"] for service in ready["services"]}
        self.socket = ready["socket"]

    def pods(self, target):
        """The pods of a Service, Deployment or StatefulSet: their name, group, labels, ip, ready, restarts…"""
        return self.ask("GET", f"/pods?target={target}")

    def do(self, action, **arguments):
        """What `cdk8s-metaparticle kill` and the like do: do("kill", pods=[…]), do("scale", name="web", replicas=5)."""
        return self.ask("POST", f"/{action}", arguments)

    def ask(self, method, path, arguments=None):
        connection = http.client.HTTPConnection("up")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(self.socket)
        connection.request(method, path, json.dumps(arguments))
        response = connection.getresponse()
        answer = json.load(response)
        if response.status != 200:
            raise RuntimeError(answer["message"])
        return answer


@pytest.fixture(scope="session")
def cluster():
    subprocess.run([sys.executable, "main.py"], check=True)
    cluster = Cluster("dist")
    yield cluster
    cluster.process.terminate()
    cluster.process.communicate()  # until all of it has ended
