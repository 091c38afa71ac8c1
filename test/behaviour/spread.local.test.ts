import { localEngine } from './engine';
import { spreadBehaviour } from './spread';

spreadBehaviour(localEngine);
