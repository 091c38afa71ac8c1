import { Client, credentials, Metadata, ServiceError } from '@grpc/grpc-js';

const write = (value: object) => Buffer.from(JSON.stringify(value));
const read = (bytes: Buffer) => JSON.parse(bytes.toString());
const path = (method: string) => `/acme.Greeter/${method}`;

/** A client of test/stand-ins/greeter.mjs, by the usual library. */
export class Greeter {
  private readonly client: Client;

  constructor({ host, port }: { host: string; port: number }) {
    this.client = new Client(`${host}:${port}`, credentials.createInsecure());
  }

  /** A unary call: its answer, or its error. */
  public async unary(
    method: string, message: object, metadata: Record<string, string> = {}, deadline?: number,
  ): Promise<any> {
    const options = deadline === undefined ? {} : { deadline: Date.now() + deadline };
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(
        path(method), write, read, message, metadataOf(metadata), options,
        (error: ServiceError | null, answer?: any) => error ? reject(error) : resolve(answer),
      );
    });
  }

  /** One message after the other, and one answer. */
  public async clientStream(method: string, messages: object[], metadata: Record<string, string> = {}): Promise<any> {
    return new Promise((resolve, reject) => {
      const call = this.client.makeClientStreamRequest(
        path(method), write, read, metadataOf(metadata), {},
        (error: ServiceError | null, answer?: any) => error ? reject(error) : resolve(answer),
      );
      for (const message of messages) call.write(message);
      call.end();
    });
  }

  public serverStream(method: string, message: object, metadata: Record<string, string> = {}) {
    return this.client.makeServerStreamRequest(path(method), write, read, message, metadataOf(metadata), {});
  }

  public bidi(method: string, metadata: Record<string, string> = {}) {
    return this.client.makeBidiStreamRequest(path(method), write, read, metadataOf(metadata), {});
  }

  public close(): void {
    this.client.close();
  }
}

function metadataOf(fields: Record<string, string>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(fields)) metadata.set(name, value);
  return metadata;
}
