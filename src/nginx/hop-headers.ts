import { block } from './text';

/*
 * Headers that concern one connection only, and are made anew for the next. Hardly a request has one, so that nothing
 * is looked up in a map before one is seen: a map costs as much as ten variables that are set.
 */

/** Lines of the http block: what is said to the replica where the client says something. */
export const hopVariables = [
  // Only an upgrade to WebSocket is passed on: h2c, for one, would be a tunnel past every rule of this router.
  ...block('map $http_upgrade $asked_upgrade', ["default '';", '~*^websocket$ websocket;']),
  // Whether the client takes trailers: a replica may send none where nobody says so (RFC 9110, section 10.1.4).
  ...block('map $http_te $asked_te', [
    "default '';", 'trailers trailers;', "'~*(?:^|,)[ \\t]*trailers[ \\t]*(?:,|$)' trailers;",
  ]),
  // Everything else keeps the connection to the replica open.
  ...block('map $asked_upgrade$asked_te $asked_options', [
    "default '';", 'websocket upgrade;', 'trailers te;', "websockettrailers 'upgrade, te';",
  ]),
];

/** Lines of the public server that set the variables of `hopHeaders`. */
export const hopLines = [
  "set $upgrade '';",
  "set $te '';",
  "set $connection_options '';",
  ...block('if ($http_upgrade)', ['set $upgrade $asked_upgrade;', 'set $connection_options $asked_options;']),
  ...block('if ($http_te)', ['set $te $asked_te;', 'set $connection_options $asked_options;']),
];

/** Those headers, and their values. */
export const hopHeaders = new Map([
  ['Connection', '$connection_options'],
  ['Upgrade', '$upgrade'],
  ['TE', '$te'],
]);
