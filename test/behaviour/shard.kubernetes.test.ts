import { kubernetesEngine } from './kubernetes/engine';
import { shardBehaviour } from './shard';

shardBehaviour(kubernetesEngine);
