import { kubernetesEngine } from './kubernetes/engine';
import { storageChangesBehaviour } from './storage-changes';

storageChangesBehaviour(kubernetesEngine);
