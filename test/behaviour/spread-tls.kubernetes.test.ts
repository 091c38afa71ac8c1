import { kubernetesEngine } from './kubernetes/engine';
import { spreadTlsBehaviour } from './spread-tls';

spreadTlsBehaviour(kubernetesEngine);
