export { LocalCluster } from './local/cluster';
export type { LocalClusterOptions, ServiceAddress, ServiceStatus } from './local/cluster';
export type { ClusterEvent, RequestRecord } from './local/events';
export type { PodHandle, PodStatus, TimeSpan } from './local/pod-handle';
export type { Target } from './local/target';
