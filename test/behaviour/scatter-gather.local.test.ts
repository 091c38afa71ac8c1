import { localEngine } from './local-engine';
import { scatterGatherBehaviour } from './scatter-gather';

scatterGatherBehaviour(localEngine);
