// The app of ../app.ts, as a Go user writes it.
package main

import (
	"fmt"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	mp "github.com/cdk8s-metaparticle/cdk8s-metaparticle-go/cdk8smetaparticle"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
	"github.com/cdk8s-team/cdk8s-plus-go/cdk8splus27/v2"
	"github.com/cdk8s-team/cdk8s-plus-go/cdk8splus27/v2/k8s"
)

func main() {
	defer jsii.Close()

	app := cdk8s.NewApp(nil)
	data := cdk8s.NewChart(app, jsii.String("data"), &cdk8s.ChartProps{Namespace: jsii.String("data")})
	mp.Platform_Configure(data, &mp.PlatformProps{
		NginxImage: jsii.String("registry.example.com/nginx:1.30-alpine"),
		Scrapers:   &[]mp.Peer{mp.Peer_Namespace(jsii.String("monitoring"))},
		PodMonitors: &mp.PodMonitorOptions{
			Interval: cdk8s.Duration_Seconds(jsii.Number(15)),
			Labels:   &map[string]*string{"release": jsii.String("prometheus")},
		},
		Pods: &mp.PodOptions{
			ImagePullSecrets: jsii.Strings("registry"),
			Labels:           &map[string]*string{"team": jsii.String("data")},
		},
	})
	secret := cdk8splus27.Secret_FromSecretName(data, jsii.String("Secret"), jsii.String("database"))

	files := mp.Storage_Volume(&mp.VolumeOptions{
		MountPath:    jsii.String("/data"),
		Size:         cdk8s.Size_Gibibytes(jsii.Number(20)),
		StorageClass: jsii.String("fast"),
		WhenDeleted:  mp.ClaimRetention_DELETE,
	})
	users := mp.NewShard(data, jsii.String("Users"), &mp.ShardProps{
		Shards:   jsii.Number(3),
		Replicas: jsii.Number(2),
		Key:      mp.ShardKey_FromHeader(jsii.String("x-user")),
		Backend: mp.Backend_FromImage(jsii.String("ghcr.io/acme/users:1.4.2"), &mp.ImageBackendOptions{
			Port: jsii.Number(8080),
			Ports: &map[string]*mp.AdditionalPort{"admin": {
				Port:    jsii.Number(9090),
				Clients: &[]mp.Peer{mp.Peer_Pods(&map[string]*string{"app": jsii.String("admin")}, nil)},
			}},
			Args: jsii.Strings("--shard=$(SHARD)"),
			Env: &map[string]cdk8splus27.EnvValue{
				"MODE":  cdk8splus27.EnvValue_FromValue(jsii.String("fast")),
				"TOKEN": fromSecret(secret, "token"),
			},
			Resources: &cdk8splus27.ContainerResources{
				Cpu: &cdk8splus27.CpuResources{
					Request: cdk8splus27.Cpu_Millis(jsii.Number(200)),
					Limit:   cdk8splus27.Cpu_Units(jsii.Number(2)),
				},
				Memory: &cdk8splus27.MemoryResources{
					Request: cdk8s.Size_Mebibytes(jsii.Number(300)),
					Limit:   cdk8s.Size_Mebibytes(jsii.Number(300)),
				},
			},
			Readiness: cdk8splus27.Probe_FromHttpGet(jsii.String("/ready"), &cdk8splus27.HttpGetProbeOptions{
				PeriodSeconds: cdk8s.Duration_Seconds(jsii.Number(3)),
			}),
			Startup:  mp.GrpcProbe_Of(&mp.GrpcProbeOptions{Service: jsii.String("users")}),
			Writable: &map[string]cdk8s.Size{"/tmp": cdk8s.Size_Mebibytes(jsii.Number(8))},
			Storage:  files,
			Sidecars: &[]*mp.AdditionalContainer{{
				Image:        jsii.String("ghcr.io/acme/backup:1"),
				VolumeMounts: &[]*mp.Mount{{Path: jsii.String("/backup"), Volume: files, ReadOnly: jsii.Bool(true)}},
			}},
			Egress: &[]mp.Egress{
				mp.Egress_ToHost(jsii.String("postgres"), jsii.Number(5432)),
				mp.Egress_ToPeer(mp.Peer_IpRange(jsii.String("10.1.0.0/16")), jsii.Number(443), jsii.Number(8443)),
			},
		}),
		Pods: &mp.PodOptions{
			PriorityClassName: jsii.String("high"),
			NodeSelector:      &map[string]*string{"disk": jsii.String("ssd")},
			Tolerations: &[]*k8s.Toleration{{
				Key:      jsii.String("dedicated"),
				Operator: jsii.String("Exists"),
				Effect:   jsii.String("NoSchedule"),
			}},
			Drain: cdk8s.Duration_Seconds(jsii.Number(20)),
		},
		Router: &mp.RouterOptions{
			Timeout:     cdk8s.Duration_Seconds(jsii.Number(30)),
			MaxBodySize: cdk8s.Size_Mebibytes(jsii.Number(2)),
			Scaling:     mp.Scaling_Cpu(&mp.CpuScalingOptions{Max: jsii.Number(4)}),
		},
	})

	hits := mp.NewShard(data, jsii.String("Hits"), &mp.ShardProps{
		Shards:   jsii.Number(2),
		Replicas: jsii.Number(1),
		Key:      mp.ShardKey_FromFunction(mp.Code_FromInline(jsii.String("({ segments }) => segments[0]"))),
		Backend: mp.Backend_FromFunction(
			mp.Code_FromInline(jsii.String(
				"async ({ query }, { state }) => ({ hits: await state.increment(query.user) })")),
			&mp.FunctionBackendOptions{
				State:          mp.State_Local(&mp.ClaimOptions{Size: cdk8s.Size_Gibibytes(jsii.Number(1))}),
				Timeout:        cdk8s.Duration_Seconds(jsii.Number(5)),
				MaxConcurrency: jsii.Number(50),
			}),
	})

	for _, each := range []struct {
		name string
		key  mp.ShardKey
	}{
		{"Query", mp.ShardKey_FromQuery(jsii.String("user"))},
		{"Cookie", mp.ShardKey_FromCookie(jsii.String("session"))},
		{"Path", mp.ShardKey_FromPath(jsii.String("^/users/([^/]+)"))},
		{"Address", mp.ShardKey_FromClientIp(&mp.ClientIpOptions{TrustedProxies: jsii.Strings("10.0.0.0/8")})},
		{"Field", mp.ShardKey_FromField(jsii.String("prompt_cache_key"), &mp.FieldKeyOptions{
			Alternatives: jsii.Strings("user"), First: jsii.Number(256),
		})},
	} {
		mp.NewShard(data, jsii.String(each.name), &mp.ShardProps{
			Key:    each.key,
			Shards: jsii.Number(2),
			Backend: mp.Backend_FromImage(jsii.String("ghcr.io/acme/echo:1"), &mp.ImageBackendOptions{
				Port: jsii.Number(8080),
			}),
		})
	}

	shop := cdk8s.NewChart(app, jsii.String("shop"), &cdk8s.ChartProps{Namespace: jsii.String("shop")})
	login := cdk8splus27.Secret_FromSecretName(shop, jsii.String("Login"), jsii.String("valkey-login"))

	search := mp.NewScatterGather(shop, jsii.String("Search"), &mp.ScatterGatherProps{
		Backends: backends(*users.Backends()),
		Scatter: mp.Scatter_FromFunction(mp.Code_FromInline(jsii.String(
			"(request, leaf) => leaf.owns(request.query.user) ? {} : undefined"))),
		Gather:         mp.Gather_FromFunction(mp.Code_FromFile(jsii.String("rank.mjs"))),
		Timeout:        cdk8s.Duration_Millis(jsii.Number(300)),
		MinResponses:   jsii.Number(2),
		HedgeAfter:     cdk8s.Duration_Millis(jsii.Number(100)),
		CircuitBreaker: &mp.CircuitBreaker{Failures: jsii.Number(5), Pause: cdk8s.Duration_Seconds(jsii.Number(1))},
		Root: &mp.RootOptions{
			Scaling: mp.Scaling_Cpu(&mp.CpuScalingOptions{
				Min: jsii.Number(2), Max: jsii.Number(4), Utilization: jsii.Number(60),
			}),
			Env: &map[string]cdk8splus27.EnvValue{"KEY": fromSecret(login, "key")},
		},
	})

	sessions := mp.Valkey_Deploy(shop, jsii.String("Sessions"), &mp.ValkeyOptions{
		Size:     cdk8s.Size_Gibibytes(jsii.Number(2)),
		Password: fromSecret(login, "password"),
	})
	web := mp.NewSpread(shop, jsii.String("Web"), &mp.SpreadProps{
		Backend: mp.Backend_FromFunction(
			mp.Code_FromInline(jsii.String(
				"async (request, { state }) => ({ seen: await state.increment('all') })")),
			&mp.FunctionBackendOptions{
				State:  mp.State_Shared(sessions),
				Egress: &[]mp.Egress{mp.Egress_ToPattern(search), mp.Egress_ToPattern(users)},
			}),
		Scaling: mp.Scaling_Metrics(&mp.MetricScalingOptions{
			Max: jsii.Number(20),
			Metrics: &[]interface{}{
				cdk8splus27.Metric_ResourceCpu(cdk8splus27.MetricTarget_AverageUtilization(jsii.Number(70))),
				cdk8splus27.Metric_Pods(&cdk8splus27.MetricOptions{
					Name:   jsii.String("open_requests"),
					Target: cdk8splus27.MetricTarget_AverageValue(jsii.Number(50)),
				}),
			},
			ScaleDown: &mp.ScalingSpeed{StabilizationWindow: cdk8s.Duration_Minutes(jsii.Number(5))},
		}),
		Affinity: mp.Affinity_ByCookie(jsii.String("shop"), &mp.CookieAffinityOptions{
			MaxAge: cdk8s.Duration_Hours(jsii.Number(1)), SameSite: mp.SameSite_STRICT, Secure: jsii.Bool(true),
		}),
		Service: &mp.PatternServiceOptions{Port: jsii.Number(80), Type: cdk8splus27.ServiceType_CLUSTER_IP},
	})
	web.ExposeViaIngress(jsii.String("/"), &mp.IngressOptions{PathType: cdk8splus27.HttpIngressPathType_PREFIX})
	web.ExposeViaRoute(jsii.Strings("shop.example.com"), &mp.GatewayReference{
		Name: jsii.String("public"), Namespace: jsii.String("gateways"),
	}, nil)

	mp.NewSpread(shop, jsii.String("Cached"), &mp.SpreadProps{
		Replicas: jsii.Number(3),
		Backend: mp.Backend_FromFunction(mp.Code_FromInline(jsii.String("() => 1")), &mp.FunctionBackendOptions{
			State: mp.State_Shared(mp.Valkey_Existing(&mp.ExistingValkeyOptions{
				Host: jsii.String("cache.example.com"), Tls: &mp.TlsOptions{}, Secret: jsii.String("valkey-login"),
			})),
		}),
		Clients: &[]mp.Peer{mp.Peer_Namespace(jsii.String("ingress-nginx"))},
	})
	mp.NewSpread(shop, jsii.String("Llm"), &mp.SpreadProps{
		Backend: mp.Backend_FromImage(jsii.String("ghcr.io/acme/llm:1.0.0"), &mp.ImageBackendOptions{
			Port: jsii.Number(8000), ExtendedResources: &map[string]*float64{"nvidia.com/gpu": jsii.Number(1)},
		}),
		Affinity: mp.Affinity_ByKey(
			mp.ShardKey_FromField(jsii.String("prompt"), &mp.FieldKeyOptions{First: jsii.Number(1024)}),
			&mp.KeyAffinityOptions{MaxRequestsPerPod: jsii.Number(8)}),
	})
	mp.NewSpread(shop, jsii.String("Grpc"), &mp.SpreadProps{
		Backend: mp.Backend_FromImage(jsii.String("ghcr.io/acme/grpc:1"), &mp.ImageBackendOptions{
			Port: jsii.Number(50051), Protocol: mp.Protocol_GRPC,
		}),
	})
	mp.NewSpread(shop, jsii.String("Rates"), &mp.SpreadProps{
		Backend: mp.Backend_FromUrl(jsii.String("https://rates.example.com/v1"), &mp.UrlBackendOptions{
			Tls: &mp.TlsOptions{
				Ca:         mp.CaBundle_FromConfigMap(jsii.String("internal-ca"), nil),
				ServerName: jsii.String("rates.internal"),
			},
			Headers: &map[string]mp.HeaderValue{
				"authorization": mp.HeaderValue_FromSecret(jsii.String("rates"), jsii.String("token"),
					&mp.SecretHeaderOptions{Prefix: jsii.String("Bearer ")}),
				"x-tenant": mp.HeaderValue_FromText(jsii.String("shop")),
			},
			CallerHeaders:  mp.CallerHeaders_AllBut(jsii.String("cookie"), jsii.String("authorization")),
			ConnectTimeout: cdk8s.Duration_Millis(jsii.Number(500)),
		}),
	})

	legacy := cdk8splus27.NewDeployment(shop, jsii.String("Legacy"), &cdk8splus27.DeploymentProps{
		Containers: &[]*cdk8splus27.ContainerProps{{
			Image: jsii.String("ghcr.io/acme/legacy:1"),
			Ports: &[]*cdk8splus27.ContainerPort{{Number: jsii.Number(8080), Name: jsii.String("http")}},
		}},
	})
	service := legacy.ExposeViaService(&cdk8splus27.DeploymentExposeViaServiceOptions{
		Name:  jsii.String("legacy"),
		Ports: &[]*cdk8splus27.ServicePort{{Port: jsii.Number(80), TargetPort: jsii.Number(8080)}},
	})
	mp.NewScatterGather(shop, jsii.String("Page"), &mp.ScatterGatherProps{
		Backends: &[]mp.IBackend{
			mp.Leaf_Of(&reviews{}, &mp.LeafOptions{
				Name:     jsii.String("reviews"),
				Timeout:  cdk8s.Duration_Millis(jsii.Number(200)),
				Fallback: []map[string]int{{"stars": 0}},
			}),
			mp.Leaf_Of(web, &mp.LeafOptions{Name: jsii.String("web"), Required: jsii.Bool(true)}),
			mp.Backend_FromDeployment(legacy, &mp.DeploymentBackendOptions{Port: "http"}),
			mp.Backend_FromService(service, nil),
			hits,
		},
		Gather: mp.Gather_All(),
	})

	// What can be read, in a manifest, so that it is compared too.
	hosts := []string{}
	for _, each := range *users.Backends() {
		hosts = append(hosts, *each.Host())
	}
	cdk8splus27.NewConfigMap(shop, jsii.String("Facts"), &cdk8splus27.ConfigMapProps{
		Data: &map[string]*string{
			"shard":       text("%v of %v", *users.ShardOf(jsii.String("ada")), *users.Shards()),
			"host":        text("%s:%v", *web.Host(), *web.Port()),
			"service":     web.Service().(cdk8splus27.Service).Name(),
			"backends":    jsii.String(strings.Join(hosts, " ")),
			"nginx":       mp.Platform_Of(data).NginxImage(),
			"destination": mp.Egress_ToPattern(users).Destination(),
			"timeout": text("%v ms for %v of %v",
				*search.Timeout().ToMilliseconds(nil), *search.MinResponses(), *search.Leaves()),
		},
	})

	app.Synth()
}

// reviews is a backend of the user's own: a program that another team runs.
type reviews struct{}

func (*reviews) Bind(_ constructs.Construct, _ *string, options *mp.BackendBindOptions) *mp.BackendAddress {
	return &mp.BackendAddress{Host: text("%s.reviews.svc", *options.Pattern), Port: jsii.Number(8080)}
}

func (*reviews) DefaultReplicas() *float64 { return nil }

func fromSecret(secret cdk8splus27.ISecret, key string) cdk8splus27.EnvValue {
	return cdk8splus27.EnvValue_FromSecretValue(
		&cdk8splus27.SecretValue{Secret: secret, Key: jsii.String(key)}, nil)
}

func backends(existing []mp.ExistingBackend) *[]mp.IBackend {
	all := []mp.IBackend{}
	for _, each := range existing {
		all = append(all, each)
	}
	return &all
}

func text(format string, values ...any) *string {
	return jsii.String(fmt.Sprintf(format, values...))
}
