import { kubernetesEngine } from './kubernetes/engine';
import { legacyBehaviour } from './legacy';

legacyBehaviour(kubernetesEngine);
