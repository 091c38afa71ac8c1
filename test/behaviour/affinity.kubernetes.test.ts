import { affinityBehaviour } from './affinity';
import { kubernetesEngine } from './kubernetes/engine';

affinityBehaviour(kubernetesEngine);
