import { localEngine } from './local-engine';
import { storageChangesBehaviour } from './storage-changes';

storageChangesBehaviour(localEngine);
