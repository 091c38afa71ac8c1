import { localEngine } from './engine';
import { shardBehaviour } from './shard';

shardBehaviour(localEngine);
