import { whyUnavailable } from './availability';
import { KubernetesCluster } from './cluster';
import { Signals } from './signals';
import { Engine } from '../engine';

const unavailable = whyUnavailable();

/** Whatever KUBECONFIG points at. */
export const kubernetesEngine: Engine = {
  name: 'Kubernetes',
  unavailable,
  missing: { signals: unavailable === undefined ? Signals.missing() : undefined },
  start: (chart, options) => KubernetesCluster.start(chart.toJson(), options),
};
