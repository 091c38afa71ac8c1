import { kubernetesEngine } from './kubernetes/engine';
import { storageBehaviour } from './storage';

storageBehaviour(kubernetesEngine);
