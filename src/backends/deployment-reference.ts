import type { ApiObjectMetadataDefinition } from 'cdk8s';
import type { LabelSelectorRequirement } from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';

/** A port of a container. */
export interface DeploymentPort {
  /** Its number. */
  readonly number: number;
  /**
   * Its name.
   * @default - none
   */
  readonly name?: string;
  /**
   * `TCP`, `UDP` or `SCTP`.
   * @default 'TCP'
   */
  readonly protocol?: string;
}

/** A container of a Deployment. */
export interface IDeploymentContainer {
  /** The ports that it declares. */
  readonly ports: DeploymentPort[];
}

/**
 * A Deployment of any version of cdk8s-plus: the members that `Backend.fromDeployment` reads. Other workloads of
 * cdk8s-plus, such as a StatefulSet, have the same members.
 */
export interface IDeployment extends IConstruct {
  /** Its name. */
  readonly name: string;
  /** Its metadata, with the namespace. */
  readonly metadata: ApiObjectMetadataDefinition;
  /** The labels that it selects its pods by. */
  readonly matchLabels: { readonly [label: string]: string };
  /** Further conditions by which it selects its pods. */
  readonly matchExpressions: LabelSelectorRequirement[];
  /** The containers of its pods. */
  readonly containers: IDeploymentContainer[];
  /**
   * How many pods it has.
   * @default - as Kubernetes or cdk8s-plus chooses
   */
  readonly replicas?: number;
}

/** A Deployment that another tool makes, such as Helm. */
export interface DeploymentReference {
  /** Its name. */
  readonly name: string;
  /** Labels that all of its pods have and no other pods of the namespace: those by which it selects them. */
  readonly labels: { readonly [label: string]: string };
  /**
   * The namespace that it is in.
   * @default - the namespace of the pattern
   */
  readonly namespace?: string;
}
