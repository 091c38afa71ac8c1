import { kubernetesEngine } from './kubernetes/engine';
import { affinityBehaviour } from './affinity';

affinityBehaviour(kubernetesEngine);
