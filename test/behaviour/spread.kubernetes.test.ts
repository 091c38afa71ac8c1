import { kubernetesEngine } from './kubernetes/engine';
import { spreadBehaviour } from './spread';

spreadBehaviour(kubernetesEngine);
