import { readFileSync } from 'fs';
import { join } from 'path';
import { Address } from '../lib/listening';
import { Nginx } from '../lib/nginx';

/** nginx that asks leaves by subrequests of njs. */
export function njs({ host, port }: Address, leaves: readonly string[]): Promise<Nginx> {
  return Nginx.start(`
load_module \${MODULES_DIR}/ngx_http_js_module.so;
worker_processes 1;
daemon off;
pid \${RUN_DIR}/nginx.pid;
events { worker_connections 8192; }
http {
  access_log off;
  client_body_temp_path \${RUN_DIR}/client_body; proxy_temp_path \${RUN_DIR}/proxy; fastcgi_temp_path \${RUN_DIR}/fastcgi;
  uwsgi_temp_path \${RUN_DIR}/uwsgi; scgi_temp_path \${RUN_DIR}/scgi;
  keepalive_requests 1000000;
  js_engine qjs;
  js_path \${CODE_DIR};
  js_import njs.js;
  subrequest_output_buffer_size 64k;
  ${leaves.map((leaf, at) => `upstream leaf-${at} { server ${leaf}:8080; keepalive 64; keepalive_requests 1000000; }`).join('\n  ')}
  server {
    listen ${host}:${port} backlog=1024;
    set $leaves ${leaves.length};
    location / { js_content njs.gather; }
    ${leaves.map((_, at) => `location /leaf-${at}/ { internal; proxy_pass http://leaf-${at}/; proxy_http_version 1.1; proxy_set_header Connection ''; }`).join('\n    ')}
  }
}
`, { host, port }, {}, { 'njs.js': readFileSync(join(__dirname, 'njs.js'), 'utf8') });
}
