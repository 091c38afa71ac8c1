import { createServer, Server } from 'node:https';
import { authority } from '../certificates';

/** Who signs for them. */
const ca = authority('Offers');

/** Stand-ins for the two HTTPS APIs of examples/federated, which listen where it looks for them. */
export class Offers {
  public readonly hosts: Readonly<Record<string, string>> = {
    'api.acme.example': '127.77.0.1', 'offers.globex.example': '127.77.0.2',
  };

  public readonly authorities = ca.pem;
  private readonly servers: Server[] = [];

  public async listen(): Promise<void> {
    for (const [name, address] of Object.entries(this.hosts)) {
      const server = createServer(ca.issue({ names: [name] }), ({ url, headers }, response) => {
        // One of them says nothing about what it takes long to find, the other fails over something else.
        if (name === 'offers.globex.example' && url!.includes('rare')) return;
        if (name === 'api.acme.example' && url!.includes('broken')) response.statusCode = 500;
        const { authorization, cookie, 'x-api-key': key } = headers;
        const offer = { from: name, url, authorization, cookie, key, price: name.length };
        response.setHeader('content-type', 'application/json').end(JSON.stringify([offer]));
      });
      this.servers.push(server);
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(443, address, resolve);
      });
    }
  }

  public close(): void {
    for (const server of this.servers) server.close().closeAllConnections();
  }
}
