export { LocalCluster } from './cluster';
export type { ServiceAddress, ServiceStatus } from './cluster';
export type { ClusterEvent, RequestRecord } from './events';
export type { LocalClusterOptions } from './options';
export type { PodHandle, PodStatus, TimeSpan } from './pod-handle';
export type { Target } from './target';
export type { FetchInit, FetchResponse } from './web';
