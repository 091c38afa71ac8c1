import { Construct } from 'constructs';
import { GroupLabels } from './labels';
import { EgressSpec } from '../platform/peer-spec';
import type { Platform } from '../platform/platform';

/** A group among those of its app. */
export interface NetworkMember {
  readonly scope: Construct;
  readonly labels: GroupLabels;
  /** What the group runs on. */
  readonly platform: Platform;
  /** All labels of its pods. */
  readonly podLabels: { readonly [label: string]: string };
  /** The names of its Services. */
  readonly services: readonly string[];
  /** The port that takes requests. */
  readonly port: number;
  readonly egress: readonly EgressSpec[];
}
