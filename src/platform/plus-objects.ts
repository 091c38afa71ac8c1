import type { ApiObjectMetadataDefinition } from 'cdk8s';
import type { k8s, ServicePort } from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';

// What is read of objects of cdk8s-plus, of whichever version: to the compiler, a class with private members is
// another type in each of its packages. Those without, such as Cpu and EnvValue, its enums and its structs of these
// are the same everywhere, and need no interface of ours.
//
// Options take the class of cdk8s-plus-27 beside the interface: an object of Java or C# has only the interfaces that
// its class names.

/** What has all variables of a ConfigMap or Secret: an EnvFrom of any cdk8s-plus. */
export interface IEnvFrom {
  /** @internal */
  _toKube(): k8s.EnvFromSource;
}

/** What containers mount: a Volume of any cdk8s-plus. */
export interface IVolume {
  /** Its name in the pod. */
  readonly name: string;
  /** @internal */
  _toKube(): k8s.Volume;
}

/** What shows how a container is: a Probe of any cdk8s-plus. */
export interface IProbe {
  /** @internal */
  _toKube(container: any): k8s.Probe;
}

/** What a container does when it starts or stops: a Handler of any cdk8s-plus. */
export interface IHandler {
  /** @internal */
  _toKube(container: any): k8s.LifecycleHandler;
}

/** What replicas follow: a Metric of any cdk8s-plus. */
export interface IMetric {
  /** Its kind, as Kubernetes calls it: `Resource`. */
  readonly type: string;
  /** @internal */
  _toKube(): k8s.MetricSpecV2;
}

/** By how much replicas change: Replicas of any cdk8s-plus. */
export interface IReplicas {
  /** @internal */
  _toKube(): Pick<k8s.HpaScalingPolicyV2, 'type' | 'value'>;
}

/** How old pods are replaced by new ones: a DeploymentStrategy of any cdk8s-plus. */
export interface IDeploymentStrategy {
  /** @internal */
  _toKube(): k8s.DeploymentStrategy;
}

/** A Service of any cdk8s-plus. */
export interface IService extends IConstruct {
  /** Its name. */
  readonly name: string;
  /** Its metadata. */
  readonly metadata: ApiObjectMetadataDefinition;
  /** `None` for one without an address of its own. */
  readonly clusterIP?: string;
  /** Its ports. */
  readonly ports: ServicePort[];
}

/** An Ingress of any cdk8s-plus. */
export interface IIngress extends IConstruct {
  /** Adds a path, of all hosts, which leads to an IngressBackend. */
  addRule(path: string, backend: any, pathType?: any): void;
}
