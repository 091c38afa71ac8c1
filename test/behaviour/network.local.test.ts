import { localEngine } from './local-engine';
import { networkBehaviour } from './network';

networkBehaviour(localEngine);
