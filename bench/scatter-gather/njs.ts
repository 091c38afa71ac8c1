import { readFileSync } from 'fs';
import { join } from 'path';
import { Address } from '../lib/listening';
import { nginx, oneWorker } from '../lib/nginx';
import type { Program } from '../lib/program';

/** nginx that asks leaves by subrequests of njs. */
export function njs({ host, port }: Address, leaves: readonly string[]): Promise<Program> {
  return nginx(oneWorker(`
  keepalive_requests 1000000;
  js_engine qjs;
  js_path \${CODE_DIR};
  js_import njs.js;
  subrequest_output_buffer_size 128k;
  ${leaves.map(
    (leaf, at) => `upstream leaf-${at} { server ${leaf}:8080; keepalive 64; keepalive_requests 1000000; }`,
  ).join(
    '\n  ',
  )}
  server {
    listen ${host}:${port} backlog=1024;
    set $leaves ${leaves.length};
    location / { js_content njs.gather; }
    ${leaves.map((_, at) => `location /leaf-${at}/ { internal; proxy_pass http://leaf-${at}/; `
      + "proxy_http_version 1.1; proxy_set_header Connection ''; }").join('\n    ')}
  }
`, { modules: 'load_module ${MODULES_DIR}/ngx_http_js_module.so;' }), {
    host,
    port,
  }, {}, { 'njs.js': readFileSync(join(__dirname, 'njs.js'), 'utf8') });
}
