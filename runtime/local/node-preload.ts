/**
 * What Node loads first in every pod of a local cluster, by `--require` in NODE_OPTIONS. A pod of Kubernetes has a
 * resolver and a network of its own; a process here has the machine's. So names are asked of the cluster's DNS server,
 * with a pod's search path, and a server that listens on every address listens on the pod's. Its answers carry the
 * pod's address in `x-served-by`.
 */
import module from 'node:module';
import { listenOnPod } from './listen';
import { answerNames } from './names';
import { readPod } from './pod';
import { sayWhoServed } from './served-by';

const pod = readPod(__dirname);
answerNames(pod);
listenOnPod(pod);
sayWhoServed(pod);
module.syncBuiltinESMExports();
