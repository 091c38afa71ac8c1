import json
import os
import subprocess
from urllib.request import Request, urlopen


def visit(user):
    request = Request(f"{os.environ['VISITS_URL']}/?user={user}", method="POST")
    with urlopen(request) as response:
        return json.load(response)


def test_visits_outlive_the_pod_that_has_counted_them():
    first = visit("ada")
    pod = f"visits-{first['shard']}-0"
    subprocess.run(["npx", "cdk8s-metaparticle", "kill", pod], check=True)
    assert visit("ada") == {**first, "visits": 2}
