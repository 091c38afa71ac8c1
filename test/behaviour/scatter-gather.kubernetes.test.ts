import { kubernetesEngine } from './kubernetes/engine';
import { scatterGatherBehaviour } from './scatter-gather';

scatterGatherBehaviour(kubernetesEngine);
