export * from './patterns/pattern';
export * from './patterns/spread';
export { GroupsProps } from './patterns/group-backends';
export { Shard, ShardProps } from './patterns/shard';
export * from './patterns/scatter-gather';
export { Gather } from './patterns/gather';
export { FrontOptions } from './front/front-options';
export { RootOptions } from './front/root';
export { RouterOptions } from './front/router-options';
export { ExistingBackend } from './backends/address';
export * from './backends/backend';
export * from './backends/backend-interface';
export { AdditionalPort } from './backends/additional-port';
export { BackendTraffic } from './backends/backend-traffic';
export { ContainerOptions } from './backends/container-options';
export { FunctionBackendOptions } from './backends/function-backend';
export { ImageBackendOptions } from './backends/image-backend';
export { ServiceBackendOptions } from './backends/service-address';
export { ClientIpOptions, FieldKeyOptions, ShardKey } from './sharding/shard-key';
export * from './code/code';
export * from './code/functions';
export { DisruptionBudget } from './platform/disruption-budget';
export { Egress } from './platform/egress';
export { IEndpoint } from './platform/endpoint';
export { GrpcProbe, GrpcProbeOptions } from './platform/grpc-probe';
export { Peer } from './platform/peer';
export { PatternServiceOptions } from './platform/pattern-service';
export { PodMonitorOptions } from './platform/pod-monitors';
export { Platform, PlatformProps } from './platform/platform';
export { PodOptions } from './platform/pod-options';
export { PodSecurityContext } from './platform/pod-security';
export { Scaling } from './platform/scaling';
export {
  CpuScalingOptions, ExternalScalingOptions, MemoryScalingOptions, MetricScalingOptions, ScalingBehaviour,
  ScalingBounds,
} from './platform/scaling-options';
