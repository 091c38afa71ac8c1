import { localEngine } from './engine';
import { scatterGatherBehaviour } from './scatter-gather';

scatterGatherBehaviour(localEngine);
