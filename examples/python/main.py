"""A shop in Python: any of three replicas greets, and each user is served by the shard that owns its name."""

from cdk8s import App, Chart
from cdk8s_metaparticle import Backend, Code, Shard, ShardKey, Spread
from constructs import Construct

# Functions in pods are JavaScript: they travel in the manifests, and stock images run them.
GREET = "({ query }, { pod }) => ({ greeting: `hello ${query.name ?? 'world'}`, pod })"
WELCOME = "({ headers }, { shard, pod }) => ({ user: headers['x-user'], shard, pod })"


class Shop(Chart):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.web = Spread(self, "Web", replicas=3, backend=Backend.from_function(Code.from_inline(GREET)))
        self.users = Shard(
            self,
            "Users",
            shards=3,
            replicas=1,
            key=ShardKey.from_header("x-user"),
            backend=Backend.from_function(Code.from_inline(WELCOME)),
        )


if __name__ == "__main__":
    app = App()
    Shop(app, "shop")
    app.synth()
