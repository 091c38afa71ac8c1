import { affinityChangesBehaviour } from './affinity-changes';
import { kubernetesEngine } from './kubernetes/engine';

affinityChangesBehaviour(kubernetesEngine);
