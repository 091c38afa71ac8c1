import { localEngine } from './local-engine';
import { shardBehaviour } from './shard';

shardBehaviour(localEngine);
