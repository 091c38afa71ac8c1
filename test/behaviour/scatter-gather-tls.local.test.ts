import { describeOn } from './engine';
import { leafFaults } from './leaf-faults';
import { localEngine } from './local-engine';

describeOn(localEngine, 'ScatterGather by TLS', () => leafFaults(localEngine, { secure: true }));
