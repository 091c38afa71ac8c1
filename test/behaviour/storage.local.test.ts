import { localEngine } from './local-engine';
import { storageBehaviour } from './storage';

storageBehaviour(localEngine);
