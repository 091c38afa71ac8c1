import { localEngine } from './local-engine';
import { spreadChangesBehaviour } from './spread-changes';

spreadChangesBehaviour(localEngine);
