import { kubernetesEngine } from './kubernetes/engine';
import { networkBehaviour } from './network';

networkBehaviour(kubernetesEngine);
