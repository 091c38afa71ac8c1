import { kubernetesEngine } from './kubernetes/engine';
import { sharedStateBehaviour } from './shared-state';

sharedStateBehaviour(kubernetesEngine);
