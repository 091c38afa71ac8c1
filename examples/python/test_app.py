import json
from concurrent.futures import ThreadPoolExecutor
from urllib.request import Request, urlopen

import pytest
from cdk8s import App

from main import Shop


def get(url, user="nobody", timeout=10):
    with urlopen(Request(url, headers={"x-user": user}), timeout=timeout) as response:
        return json.load(response)


@pytest.fixture(scope="module")
def users():
    return Shop(App(), "shop").users


@pytest.mark.parametrize("user", ["ada", "bob", "carol", "dave"])
def test_a_key_reaches_its_shard(cluster, users, user):
    answer = get(cluster.urls["users"], user)

    assert answer["shard"] == users.shard_of(user)
    assert answer["pod"] in [pod["name"] for pod in cluster.pods(f"users-{answer['shard']}")]


def test_no_request_is_lost_when_a_pod_is_killed(cluster):
    victim = cluster.pods("web-backend")[0]["name"]
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(get, cluster.urls["web"]) for _ in range(400)]
        cluster.do("kill", pods=[victim])
        served = {answer.result()["pod"] for answer in answers}  # raises what a request has failed with
    cluster.do("wait")

    assert len(served) >= 2
    assert cluster.pods("web-backend")[0]["restarts"] == 1


def test_while_a_shard_is_frozen_only_its_keys_wait(cluster, users):
    frozen = users.shard_of("ada")
    other = next(user for user in ["bob", "carol", "dave"] if users.shard_of(user) != frozen)
    pods = [pod["name"] for pod in cluster.pods(f"users-{frozen}")]

    cluster.do("freeze", pods=pods)
    with pytest.raises(TimeoutError):
        get(cluster.urls["users"], "ada", timeout=1)
    assert get(cluster.urls["users"], other)["shard"] == users.shard_of(other)

    cluster.do("thaw", pods=pods)
    assert get(cluster.urls["users"], "ada")["shard"] == frozen
