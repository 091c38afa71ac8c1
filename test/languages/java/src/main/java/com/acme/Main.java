package com.acme;

import io.github.cdk8smetaparticle.*;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.cdk8s.App;
import org.cdk8s.Chart;
import org.cdk8s.ChartProps;
import org.cdk8s.Duration;
import org.cdk8s.Size;
import org.cdk8s.plus27.ConfigMap;
import org.cdk8s.plus27.ConfigMapProps;
import org.cdk8s.plus27.ContainerPort;
import org.cdk8s.plus27.ContainerProps;
import org.cdk8s.plus27.ContainerResources;
import org.cdk8s.plus27.Cpu;
import org.cdk8s.plus27.CpuResources;
import org.cdk8s.plus27.Deployment;
import org.cdk8s.plus27.DeploymentExposeViaServiceOptions;
import org.cdk8s.plus27.DeploymentProps;
import org.cdk8s.plus27.EnvValue;
import org.cdk8s.plus27.HttpGetProbeOptions;
import org.cdk8s.plus27.HttpIngressPathType;
import org.cdk8s.plus27.ISecret;
import org.cdk8s.plus27.MemoryResources;
import org.cdk8s.plus27.Metric;
import org.cdk8s.plus27.MetricOptions;
import org.cdk8s.plus27.MetricTarget;
import org.cdk8s.plus27.Probe;
import org.cdk8s.plus27.Secret;
import org.cdk8s.plus27.SecretValue;
import org.cdk8s.plus27.Service;
import org.cdk8s.plus27.ServicePort;
import org.cdk8s.plus27.ServiceType;
import org.cdk8s.plus27.k8s.Toleration;
import software.constructs.Construct;

/** The app of ../app.ts, as a Java user writes it. */
public final class Main {
    /** A backend of the user's own: a program that another team runs. */
    private static final class Reviews implements IBackend {
        @Override
        public BackendAddress bind(final Construct scope, final String id, final BackendBindOptions options) {
            return BackendAddress.builder().host(options.getPattern() + ".reviews.svc").port(8080).build();
        }
    }

    public static void main(final String[] args) {
        final App app = new App();
        final Chart data = new Chart(app, "data", ChartProps.builder().namespace("data").build());
        Platform.configure(data, PlatformProps.builder()
            .nginxImage("registry.example.com/nginx:1.30-alpine")
            .scrapers(List.of(Peer.namespace("monitoring")))
            .podMonitors(PodMonitorOptions.builder()
                .interval(Duration.seconds(15))
                .labels(Map.of("release", "prometheus"))
                .build())
            .pods(PodOptions.builder().imagePullSecrets(List.of("registry")).labels(Map.of("team", "data")).build())
            .build());
        final ISecret secret = Secret.fromSecretName(data, "Secret", "database");

        final Storage files = Storage.volume(VolumeOptions.builder()
            .mountPath("/data")
            .size(Size.gibibytes(20))
            .storageClass("fast")
            .whenDeleted(ClaimRetention.DELETE)
            .build());
        final Map<String, EnvValue> env = new LinkedHashMap<>();
        env.put("MODE", EnvValue.fromValue("fast"));
        env.put("TOKEN", fromSecret(secret, "token"));
        final Shard users = Shard.Builder.create(data, "Users")
            .shards(3)
            .replicas(2)
            .key(ShardKey.fromHeader("x-user"))
            .backend(Backend.fromImage("ghcr.io/acme/users:1.4.2", ImageBackendOptions.builder()
                .port(8080)
                .ports(Map.of("admin", AdditionalPort.builder()
                    .port(9090)
                    .clients(List.of(Peer.pods(Map.of("app", "admin"))))
                    .build()))
                .args(List.of("--shard=$(SHARD)"))
                .env(env)
                .resources(ContainerResources.builder()
                    .cpu(CpuResources.builder().request(Cpu.millis(200)).limit(Cpu.units(2)).build())
                    .memory(MemoryResources.builder()
                        .request(Size.mebibytes(300))
                        .limit(Size.mebibytes(300))
                        .build())
                    .build())
                .readiness(Probe.fromHttpGet("/ready", HttpGetProbeOptions.builder()
                    .periodSeconds(Duration.seconds(3))
                    .build()))
                .startup((Probe) GrpcProbe.of(GrpcProbeOptions.builder().service("users").build()))
                .writable(Map.of("/tmp", Size.mebibytes(8)))
                .storage(files)
                .sidecars(List.of(AdditionalContainer.builder()
                    .image("ghcr.io/acme/backup:1")
                    .volumeMounts(List.of(Mount.builder().path("/backup").volume(files).readOnly(true).build()))
                    .build()))
                .egress(List.of(
                    Egress.toHost("postgres", 5432),
                    Egress.toPeer(Peer.ipRange("10.1.0.0/16"), 443, 8443)))
                .build()))
            .pods(PodOptions.builder()
                .priorityClassName("high")
                .nodeSelector(Map.of("disk", "ssd"))
                .tolerations(List.of(Toleration.builder()
                    .key("dedicated")
                    .operator("Exists")
                    .effect("NoSchedule")
                    .build()))
                .drain(Duration.seconds(20))
                .build())
            .router(RouterOptions.builder()
                .timeout(Duration.seconds(30))
                .maxBodySize(Size.mebibytes(2))
                .scaling(Scaling.cpu(CpuScalingOptions.builder().max(4).build()))
                .build())
            .build();

        final Shard hits = Shard.Builder.create(data, "Hits")
            .shards(2)
            .replicas(1)
            .key(ShardKey.fromFunction(Code.fromInline("({ segments }) => segments[0]")))
            .backend(Backend.fromFunction(
                Code.fromInline(
                    "async ({ query }, { state }) => ({ hits: await state.increment(query.user) })"),
                FunctionBackendOptions.builder()
                    .state(State.local(ClaimOptions.builder().size(Size.gibibytes(1)).build()))
                    .timeout(Duration.seconds(5))
                    .maxConcurrency(50)
                    .build()))
            .build();

        final Map<String, ShardKey> keys = new LinkedHashMap<>();
        keys.put("Query", ShardKey.fromQuery("user"));
        keys.put("Cookie", ShardKey.fromCookie("session"));
        keys.put("Path", ShardKey.fromPath("^/users/([^/]+)"));
        keys.put("Address", ShardKey.fromClientIp(ClientIpOptions.builder()
            .trustedProxies(List.of("10.0.0.0/8"))
            .build()));
        keys.put("Field", ShardKey.fromField("prompt_cache_key", FieldKeyOptions.builder()
            .alternatives(List.of("user"))
            .first(256)
            .build()));
        keys.forEach((name, key) -> Shard.Builder.create(data, name)
            .key(key)
            .shards(2)
            .backend(Backend.fromImage("ghcr.io/acme/echo:1", ImageBackendOptions.builder().port(8080).build()))
            .build());

        final Chart shop = new Chart(app, "shop", ChartProps.builder().namespace("shop").build());
        final ISecret login = Secret.fromSecretName(shop, "Login", "valkey-login");

        final ScatterGather search = ScatterGather.Builder.create(shop, "Search")
            .backends(users.getBackends())
            .scatter(Scatter.fromFunction(
                Code.fromInline("(request, leaf) => leaf.owns(request.query.user) ? {} : undefined")))
            .gather(Gather.fromFunction(Code.fromFile("rank.mjs")))
            .timeout(Duration.millis(300))
            .minResponses(2)
            .hedgeAfter(Duration.millis(100))
            .circuitBreaker(CircuitBreaker.builder().failures(5).pause(Duration.seconds(1)).build())
            .root(RootOptions.builder()
                .scaling(Scaling.cpu(CpuScalingOptions.builder().min(2).max(4).utilization(60).build()))
                .env(Map.of("KEY", fromSecret(login, "key")))
                .build())
            .build();

        final Valkey sessions = Valkey.deploy(shop, "Sessions", ValkeyOptions.builder()
            .size(Size.gibibytes(2))
            .password(fromSecret(login, "password"))
            .build());
        final Spread web = Spread.Builder.create(shop, "Web")
            .backend(Backend.fromFunction(
                Code.fromInline("async (request, { state }) => ({ seen: await state.increment('all') })"),
                FunctionBackendOptions.builder()
                    .state(State.shared(sessions))
                    .egress(List.of(Egress.toPattern(search), Egress.toPattern(users)))
                    .build()))
            .scaling(Scaling.metrics(MetricScalingOptions.builder()
                .max(20)
                .metrics(List.of(
                    Metric.resourceCpu(MetricTarget.averageUtilization(70)),
                    Metric.pods(MetricOptions.builder()
                        .name("open_requests")
                        .target(MetricTarget.averageValue(50))
                        .build())))
                .scaleDown(ScalingSpeed.builder().stabilizationWindow(Duration.minutes(5)).build())
                .build()))
            .affinity(Affinity.byCookie("shop", CookieAffinityOptions.builder()
                .maxAge(Duration.hours(1))
                .sameSite(SameSite.STRICT)
                .secure(true)
                .build()))
            .service(PatternServiceOptions.builder().port(80).type(ServiceType.CLUSTER_IP).build())
            .build();
        web.exposeViaIngress("/", IngressOptions.builder().pathType(HttpIngressPathType.PREFIX).build());
        web.exposeViaRoute(
            List.of("shop.example.com"),
            GatewayReference.builder().name("public").namespace("gateways").build());

        Spread.Builder.create(shop, "Cached")
            .replicas(3)
            .backend(Backend.fromFunction(Code.fromInline("() => 1"), FunctionBackendOptions.builder()
                .state(State.shared(Valkey.existing(ExistingValkeyOptions.builder()
                    .host("cache.example.com")
                    .tls(TlsOptions.builder().build())
                    .secret("valkey-login")
                    .build())))
                .build()))
            .clients(List.of(Peer.namespace("ingress-nginx")))
            .build();
        Spread.Builder.create(shop, "Llm")
            .backend(Backend.fromImage("ghcr.io/acme/llm:1.0.0", ImageBackendOptions.builder()
                .port(8000)
                .extendedResources(Map.of("nvidia.com/gpu", 1))
                .build()))
            .affinity(Affinity.byKey(
                ShardKey.fromField("prompt", FieldKeyOptions.builder().first(1024).build()),
                KeyAffinityOptions.builder().maxRequestsPerPod(8).build()))
            .build();
        Spread.Builder.create(shop, "Grpc")
            .backend(Backend.fromImage("ghcr.io/acme/grpc:1", ImageBackendOptions.builder()
                .port(50051)
                .protocol(Protocol.GRPC)
                .build()))
            .build();
        final Map<String, HeaderValue> headers = new LinkedHashMap<>();
        headers.put("authorization", HeaderValue.fromSecret("rates", "token",
            SecretHeaderOptions.builder().prefix("Bearer ").build()));
        headers.put("x-tenant", HeaderValue.fromText("shop"));
        Spread.Builder.create(shop, "Rates")
            .backend(Backend.fromUrl("https://rates.example.com/v1", UrlBackendOptions.builder()
                .tls(TlsOptions.builder()
                    .ca(CaBundle.fromConfigMap("internal-ca"))
                    .serverName("rates.internal")
                    .build())
                .headers(headers)
                .callerHeaders(CallerHeaders.allBut("cookie", "authorization"))
                .connectTimeout(Duration.millis(500))
                .build()))
            .build();

        final Deployment legacy = new Deployment(shop, "Legacy", DeploymentProps.builder()
            .containers(List.of(ContainerProps.builder()
                .image("ghcr.io/acme/legacy:1")
                .ports(List.of(ContainerPort.builder().number(8080).name("http").build()))
                .build()))
            .build());
        final Service service = legacy.exposeViaService(DeploymentExposeViaServiceOptions.builder()
            .name("legacy")
            .ports(List.of(ServicePort.builder().port(80).targetPort(8080).build()))
            .build());
        ScatterGather.Builder.create(shop, "Page")
            .backends(List.of(
                Leaf.of(new Reviews(), LeafOptions.builder()
                    .name("reviews")
                    .timeout(Duration.millis(200))
                    .fallback(List.of(Map.of("stars", 0)))
                    .build()),
                Leaf.of(web, LeafOptions.builder().name("web").required(true).build()),
                Backend.fromDeployment(legacy, DeploymentBackendOptions.builder().port("http").build()),
                Backend.fromService(service),
                hits))
            .gather(Gather.all())
            .build();

        // What can be read, in a manifest, so that it is compared too.
        new ConfigMap(shop, "Facts", ConfigMapProps.builder()
            .data(Map.of(
                "shard", users.shardOf("ada") + " of " + users.getShards(),
                "host", web.getHost() + ":" + web.getPort(),
                "service", ((Service) web.getService()).getName(),
                "backends", users.getBackends().stream().map(ExistingBackend::getHost)
                    .collect(Collectors.joining(" ")),
                "nginx", Platform.of(data).getNginxImage(),
                "destination", Egress.toPattern(users).getDestination(),
                "timeout", search.getTimeout().toMilliseconds() + " ms for " + search.getMinResponses()
                    + " of " + search.getLeaves()))
            .build());

        app.synth();
    }

    private static EnvValue fromSecret(final ISecret secret, final String key) {
        return EnvValue.fromSecretValue(SecretValue.builder().secret(secret).key(key).build());
    }

    private Main() {}
}
