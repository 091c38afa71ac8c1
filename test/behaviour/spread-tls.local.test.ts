import { localEngine } from './local-engine';
import { spreadTlsBehaviour } from './spread-tls';

spreadTlsBehaviour(localEngine);
