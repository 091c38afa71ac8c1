import { legacyBehaviour } from './legacy';
import { localEngine } from './local-engine';

legacyBehaviour(localEngine);
