import { localEngine } from './local-engine';
import { stateBehaviour } from './state';

stateBehaviour(localEngine);
