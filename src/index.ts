export * from './patterns/pattern';
export * from './patterns/spread';
export { GroupsProps } from './patterns/group-backends';
export { Shard, ShardProps } from './patterns/shard';
export * from './patterns/scatter-gather';
export { CircuitBreaker } from './patterns/circuit-breaker';
export { GatewayReference } from './patterns/gateway-reference';
export { Gather } from './patterns/gather';
export { Scatter } from './patterns/scatter';
export { IngressOptions } from './patterns/ingress-options';
export { Leaf, LeafOptions } from './patterns/leaf';
export { FrontOptions } from './front/front-options';
export { RootOptions } from './front/root';
export { RouterOptions } from './front/router-options';
export { ExistingBackend } from './backends/address';
export * from './backends/backend';
export * from './backends/backend-interface';
export { AdditionalPort } from './backends/additional-port';
export { BackendTraffic } from './backends/backend-traffic';
export { CaBundle } from './backends/ca-bundle';
export { CallerHeaders } from './backends/caller-headers';
export { ContainerOptions } from './backends/container-options';
export { DeploymentBackendOptions } from './backends/deployment-backend';
export {
  DeploymentPort, DeploymentReference, IDeployment, IDeploymentContainer,
} from './backends/deployment-reference';
export { FunctionBackendOptions } from './backends/function-backend';
export { HeaderValue, SecretHeaderOptions } from './backends/header-value';
export { ImageBackendOptions } from './backends/image-backend';
export { ServerOptions } from './backends/server-options';
export { ServiceBackendOptions } from './backends/service-address';
export { State } from './backends/state';
export { ClaimOptions, ClaimRetention, Storage, VolumeOptions } from './backends/storage';
export { TlsOptions } from './backends/tls-options';
export { UrlBackendOptions } from './backends/url-address';
export { Valkey } from './backends/valkey';
export { ExistingValkeyOptions, ValkeyOptions } from './backends/valkey-options';
export * from './sharding/affinity';
export { ClientIpOptions, FieldKeyOptions, ShardKey } from './sharding/shard-key';
export * from './code/code';
export * from './code/functions';
export {
  AdditionalContainer, ContainerCapabilities, ContainerHooks, ContainerSecurity,
} from './platform/additional-container';
export { DisruptionBudget } from './platform/disruption-budget';
export { Egress } from './platform/egress';
export { IEndpoint } from './platform/endpoint';
export { GrpcProbe, GrpcProbeOptions } from './platform/grpc-probe';
export { Mount } from './platform/mount';
export { Peer } from './platform/peer';
export { PatternServiceOptions } from './platform/pattern-service';
export { PodMonitorOptions } from './platform/pod-monitors';
export {
  IDeploymentStrategy, IEnvFrom, IHandler, IIngress, IMetric, IProbe, IReplicas, IService, IVolume,
} from './platform/plus-objects';
export { Platform, PlatformProps } from './platform/platform';
export { PodOptions } from './platform/pod-options';
export { PodSecurityContext } from './platform/pod-security';
export { Protocol } from './platform/protocol';
export { Scaling } from './platform/scaling';
export {
  CpuScalingOptions, ExternalScalingOptions, MemoryScalingOptions, MetricScalingOptions, ScalingBehaviour,
  ScalingBounds, ScalingSpeed, ScalingStep,
} from './platform/scaling-options';
