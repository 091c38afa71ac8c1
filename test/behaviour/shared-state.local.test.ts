import { localEngine } from './local-engine';
import { sharedStateBehaviour } from './shared-state';

sharedStateBehaviour(localEngine);
