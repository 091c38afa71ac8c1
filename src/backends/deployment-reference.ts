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
 * A Deployment of cdk8s-plus, of whichever version: what `Backend.fromDeployment` reads of one. Its other workloads,
 * such as a StatefulSet, have the same.
 */
export interface IDeployment extends IConstruct {
  /** Its name. */
  readonly name: string;
  /** Its namespace stands there. */
  readonly metadata: ApiObjectMetadataDefinition;
  /** The labels that it selects its pods by. */
  readonly matchLabels: { readonly [label: string]: string };
  /** What else it selects them by. */
  readonly matchExpressions: LabelSelectorRequirement[];
  /** The containers of its pods. */
  readonly containers: IDeploymentContainer[];
  /**
   * How many pods it has.
   * @default - Kubernetes or cdk8s-plus says
   */
  readonly replicas?: number;
}

/** A Deployment that is made elsewhere, by Helm for instance, and that this app knows by name only. */
export interface DeploymentReference {
  /** Its name. */
  readonly name: string;
  /** Labels that its pods have, and no others of their namespace: what it selects them by. */
  readonly labels: { readonly [label: string]: string };
  /**
   * The namespace where it is.
   * @default - that of the pattern
   */
  readonly namespace?: string;
}
