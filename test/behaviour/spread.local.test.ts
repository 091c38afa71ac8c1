import { localEngine } from './local-engine';
import { spreadBehaviour } from './spread';

spreadBehaviour(localEngine);
