import { whyUnavailable } from './availability';
import { KubernetesCluster } from './cluster';
import { Signals } from './signals';
import { Engine } from '../engine';

const unavailable = whyUnavailable();

/** Whatever KUBECONFIG points at. */
export const kubernetesEngine: Engine = {
  name: 'Kubernetes',
  unavailable,
  missing: {
    'signals': unavailable === undefined ? Signals.missing() : undefined,
    'prompt Services': 'a Service leads to a killed pod until the kubelet has noticed, and one request in thousands meets it each time it is tried',
  },
  start: (chart, options) => KubernetesCluster.start(chart.toJson(), options),
};
