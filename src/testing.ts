export { LocalCluster } from './local/cluster';
export type { ServiceAddress, ServiceStatus } from './local/cluster';
export type { ClusterEvent, RequestRecord } from './local/events';
export type { LocalClusterOptions } from './local/options';
export type { PodHandle, PodStatus, TimeSpan } from './local/pod-handle';
export type { Target } from './local/target';
export type { FetchInit, FetchResponse } from './local/web';
