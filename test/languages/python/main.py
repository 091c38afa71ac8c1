"""The app of ../app.ts, as a Python user writes it."""
import cdk8s_plus_27 as kplus
import jsii
from cdk8s import App, Chart, Duration, Size
from cdk8s_metaparticle import (
    AdditionalContainer,
    AdditionalPort,
    Affinity,
    Backend,
    BackendAddress,
    CaBundle,
    CallerHeaders,
    CircuitBreaker,
    ClaimRetention,
    Code,
    Egress,
    GatewayReference,
    Gather,
    GrpcProbe,
    HeaderValue,
    IBackend,
    Leaf,
    Mount,
    PatternServiceOptions,
    Peer,
    Platform,
    PodMonitorOptions,
    PodOptions,
    Protocol,
    RootOptions,
    RouterOptions,
    SameSite,
    Scaling,
    ScalingSpeed,
    Scatter,
    ScatterGather,
    Shard,
    ShardKey,
    Spread,
    State,
    Storage,
    TlsOptions,
    Valkey,
)
from constructs import Construct


@jsii.implements(IBackend)
class Reviews:
    """A backend of the user's own: a program that another team runs."""

    @property
    def default_replicas(self) -> None:
        return None

    def bind(self, scope: Construct, id: str, *, pattern: str, **options: object) -> BackendAddress:
        return BackendAddress(host=f"{pattern}.reviews.svc", port=8080)


app = App()
data = Chart(app, "data", namespace="data")
Platform.configure(
    data,
    nginx_image="registry.example.com/nginx:1.30-alpine",
    scrapers=[Peer.namespace("monitoring")],
    pod_monitors=PodMonitorOptions(interval=Duration.seconds(15), labels={"release": "prometheus"}),
    pods=PodOptions(image_pull_secrets=["registry"], labels={"team": "data"}),
)
secret = kplus.Secret.from_secret_name(data, "Secret", "database")

files = Storage.volume(
    mount_path="/data",
    size=Size.gibibytes(20),
    storage_class="fast",
    when_deleted=ClaimRetention.DELETE,
)
users = Shard(
    data,
    "Users",
    shards=3,
    replicas=2,
    key=ShardKey.from_header("x-user"),
    backend=Backend.from_image(
        "ghcr.io/acme/users:1.4.2",
        port=8080,
        ports={"admin": AdditionalPort(port=9090, clients=[Peer.pods({"app": "admin"})])},
        args=["--shard=$(SHARD)"],
        env={
            "MODE": kplus.EnvValue.from_value("fast"),
            "TOKEN": kplus.EnvValue.from_secret_value(kplus.SecretValue(secret=secret, key="token")),
        },
        resources=kplus.ContainerResources(
            cpu=kplus.CpuResources(request=kplus.Cpu.millis(200), limit=kplus.Cpu.units(2)),
            memory=kplus.MemoryResources(request=Size.mebibytes(300), limit=Size.mebibytes(300)),
        ),
        readiness=kplus.Probe.from_http_get("/ready", period_seconds=Duration.seconds(3)),
        startup=GrpcProbe.of(service="users"),
        writable={"/tmp": Size.mebibytes(8)},
        storage=files,
        sidecars=[
            AdditionalContainer(
                image="ghcr.io/acme/backup:1",
                volume_mounts=[Mount(path="/backup", volume=files, read_only=True)],
            )
        ],
        egress=[Egress.to_host("postgres", 5432), Egress.to_peer(Peer.ip_range("10.1.0.0/16"), 443, 8443)],
    ),
    pods=PodOptions(
        priority_class_name="high",
        node_selector={"disk": "ssd"},
        tolerations=[kplus.k8s.Toleration(key="dedicated", operator="Exists", effect="NoSchedule")],
        drain=Duration.seconds(20),
    ),
    router=RouterOptions(
        timeout=Duration.seconds(30),
        max_body_size=Size.mebibytes(2),
        scaling=Scaling.cpu(max=4),
    ),
)

hits = Shard(
    data,
    "Hits",
    shards=2,
    replicas=1,
    key=ShardKey.from_function(Code.from_inline("({ segments }) => segments[0]")),
    backend=Backend.from_function(
        Code.from_inline("async ({ query }, { state }) => ({ hits: await state.increment(query.user) })"),
        state=State.local(size=Size.gibibytes(1)),
        timeout=Duration.seconds(5),
        max_concurrency=50,
    ),
)

keys = {
    "Query": ShardKey.from_query("user"),
    "Cookie": ShardKey.from_cookie("session"),
    "Path": ShardKey.from_path("^/users/([^/]+)"),
    "Address": ShardKey.from_client_ip(trusted_proxies=["10.0.0.0/8"]),
    "Field": ShardKey.from_field("prompt_cache_key", alternatives=["user"], first=256),
}
for name, key in keys.items():
    Shard(data, name, key=key, shards=2, backend=Backend.from_image("ghcr.io/acme/echo:1", port=8080))

shop = Chart(app, "shop", namespace="shop")
login = kplus.Secret.from_secret_name(shop, "Login", "valkey-login")

search = ScatterGather(
    shop,
    "Search",
    backends=users.backends,
    scatter=Scatter.from_function(
        Code.from_inline("(request, leaf) => leaf.owns(request.query.user) ? {} : undefined")
    ),
    gather=Gather.from_function(Code.from_file("rank.mjs")),
    timeout=Duration.millis(300),
    min_responses=2,
    hedge_after=Duration.millis(100),
    circuit_breaker=CircuitBreaker(failures=5, pause=Duration.seconds(1)),
    root=RootOptions(
        scaling=Scaling.cpu(min=2, max=4, utilization=60),
        env={"KEY": kplus.EnvValue.from_secret_value(kplus.SecretValue(secret=login, key="key"))},
    ),
)

sessions = Valkey.deploy(
    shop,
    "Sessions",
    size=Size.gibibytes(2),
    password=kplus.EnvValue.from_secret_value(kplus.SecretValue(secret=login, key="password")),
)
web = Spread(
    shop,
    "Web",
    backend=Backend.from_function(
        Code.from_inline("async (request, { state }) => ({ seen: await state.increment('all') })"),
        state=State.shared(sessions),
        egress=[Egress.to_pattern(search), Egress.to_pattern(users)],
    ),
    scaling=Scaling.metrics(
        max=20,
        metrics=[
            kplus.Metric.resource_cpu(kplus.MetricTarget.average_utilization(70)),
            kplus.Metric.pods(name="open_requests", target=kplus.MetricTarget.average_value(50)),
        ],
        scale_down=ScalingSpeed(stabilization_window=Duration.minutes(5)),
    ),
    affinity=Affinity.by_cookie("shop", max_age=Duration.hours(1), same_site=SameSite.STRICT, secure=True),
    service=PatternServiceOptions(port=80, type=kplus.ServiceType.CLUSTER_IP),
)
web.expose_via_ingress("/", path_type=kplus.HttpIngressPathType.PREFIX)
web.expose_via_route(["shop.example.com"], GatewayReference(name="public", namespace="gateways"))

Spread(
    shop,
    "Cached",
    replicas=3,
    backend=Backend.from_function(
        Code.from_inline("() => 1"),
        state=State.shared(Valkey.existing(host="cache.example.com", tls=TlsOptions(), secret="valkey-login")),
    ),
    clients=[Peer.namespace("ingress-nginx")],
)
Spread(
    shop,
    "Llm",
    backend=Backend.from_image("ghcr.io/acme/llm:1.0.0", port=8000, extended_resources={"nvidia.com/gpu": 1}),
    affinity=Affinity.by_key(ShardKey.from_field("prompt", first=1024), max_requests_per_pod=8),
)
Spread(
    shop,
    "Grpc",
    backend=Backend.from_image("ghcr.io/acme/grpc:1", port=50051, protocol=Protocol.GRPC),
)
Spread(
    shop,
    "Rates",
    backend=Backend.from_url(
        "https://rates.example.com/v1",
        tls=TlsOptions(ca=CaBundle.from_config_map("internal-ca"), server_name="rates.internal"),
        headers={
            "authorization": HeaderValue.from_secret("rates", "token", prefix="Bearer "),
            "x-tenant": HeaderValue.from_text("shop"),
        },
        caller_headers=CallerHeaders.all_but("cookie", "authorization"),
        connect_timeout=Duration.millis(500),
    ),
)

legacy = kplus.Deployment(
    shop,
    "Legacy",
    containers=[
        kplus.ContainerProps(
            image="ghcr.io/acme/legacy:1",
            ports=[kplus.ContainerPort(number=8080, name="http")],
        )
    ],
)
service = legacy.expose_via_service(name="legacy", ports=[kplus.ServicePort(port=80, target_port=8080)])
ScatterGather(
    shop,
    "Page",
    backends=[
        Leaf.of(Reviews(), name="reviews", timeout=Duration.millis(200), fallback=[{"stars": 0}]),
        Leaf.of(web, name="web", required=True),
        Backend.from_deployment(legacy, port="http"),
        Backend.from_service(service),
        hits,
    ],
    gather=Gather.all(),
)

# What can be read, in a manifest, so that it is compared too.
kplus.ConfigMap(
    shop,
    "Facts",
    data={
        "shard": f"{users.shard_of('ada')} of {users.shards}",
        "host": f"{web.host}:{web.port}",
        "service": web.service.name,
        "backends": " ".join(each.host for each in users.backends),
        "nginx": Platform.of(data).nginx_image,
        "destination": Egress.to_pattern(users).destination,
        "timeout": f"{search.timeout.to_milliseconds()} ms for {search.min_responses} of {search.leaves}",
    },
)

app.synth()
