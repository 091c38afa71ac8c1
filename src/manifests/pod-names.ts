import * as kplus from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import { refuse } from '../checks/errors';
import { isAddress, isObjectName } from '../checks/hosts';

/** More are refused by Kubernetes: resolvers read no more. */
const MOST_SERVERS = 3;

/** Refuses lines that /etc/hosts cannot have. */
export function checkHostAliases(scope: IConstruct, aliases: readonly kplus.HostAlias[]): void {
  for (const [index, { ip, hostnames }] of aliases.entries()) {
    if (!isAddress(ip)) {
      refuse(scope, `pods.hostAliases[${index}].ip is '${ip}', which is no address: write it as in '10.1.2.3'`);
    }
    if (hostnames.length === 0) refuse(scope, `pods.hostAliases[${index}].hostnames is empty: give a name`);
    for (const name of hostnames) {
      if (!isObjectName(name)) {
        refuse(scope, `pods.hostAliases[${index}].hostnames names '${name}': write it as in 'db.example.com'`);
      }
    }
  }
}

/** Refuses name servers that are none, and no name server at all. */
export function checkDns(scope: IConstruct, config: kplus.k8s.PodDnsConfig, policy?: kplus.DnsPolicy): void {
  const { nameservers = [] } = config;
  for (const [index, server] of nameservers.entries()) {
    if (!isAddress(server)) {
      refuse(scope, `pods.dnsConfig.nameservers[${index}] is '${server}', which is no address: write it as in `
        + "'10.1.2.3'");
    }
  }
  if (nameservers.length > MOST_SERVERS) {
    refuse(scope, `pods.dnsConfig.nameservers has ${nameservers.length} of them: give ${MOST_SERVERS} at most`);
  }
  if (policy === kplus.DnsPolicy.NONE && nameservers.length === 0) {
    refuse(scope, "pods.dnsPolicy is 'None', and pods.dnsConfig has no nameservers: give one, or another policy");
  }
}
