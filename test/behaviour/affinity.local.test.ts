import { affinityBehaviour } from './affinity';
import { localEngine } from './local-engine';

affinityBehaviour(localEngine);
