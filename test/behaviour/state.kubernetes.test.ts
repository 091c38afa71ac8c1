import { kubernetesEngine } from './kubernetes/engine';
import { stateBehaviour } from './state';

stateBehaviour(kubernetesEngine);
