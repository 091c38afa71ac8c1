/**
 * Sourced by the entrypoint of the image, after it has put the name servers into NGINX_LOCAL_RESOLVERS: in a pod
 * without IPv6, nginx is to ask for no such addresses. It goes to all addresses of a name in turn, so that every other
 * connection to a host with both would fail first, or wait for nothing.
 *
 * There is no counterpart for IPv4: a pod that knows only an address of IPv6 may still reach others through its node,
 * as in IPv6 clusters of Amazon EKS, and most hosts have no other addresses.
 */
export const IP_SCRIPT = `# A pod without an address of IPv6 asks for none. One of IPv4 may be written inside of IPv6.
case $(printf %s "$POD_IPS" | sed -E 's/(^|[, ])::[fF]{4}:/\\1/g') in
  *:*) ;;
  *.*) export NGINX_LOCAL_RESOLVERS="$NGINX_LOCAL_RESOLVERS ipv6=off" ;;
esac
`;
