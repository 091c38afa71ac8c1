import { grpcBehaviour } from './grpc';
import { kubernetesEngine } from './kubernetes/engine';

grpcBehaviour(kubernetesEngine);
