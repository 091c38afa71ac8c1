import { grpcBehaviour } from './grpc';
import { localEngine } from './local-engine';

jest.setTimeout(60_000);

grpcBehaviour(localEngine);
