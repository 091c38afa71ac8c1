import { kubernetesEngine } from './kubernetes/engine';
import { spreadChangesBehaviour } from './spread-changes';

spreadChangesBehaviour(kubernetesEngine);
