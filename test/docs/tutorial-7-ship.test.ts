import { tutorial } from './tutorial';

tutorial('7-ship');
