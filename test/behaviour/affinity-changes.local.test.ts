import { affinityChangesBehaviour } from './affinity-changes';
import { localEngine } from './local-engine';

affinityChangesBehaviour(localEngine);
