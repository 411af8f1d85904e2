import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { digest, packImage, type PackedImage, type TestImage } from './test-image.ts';

/** How a registry answers when it is asked for something that it has. */
export type Answer = (response: ServerResponse, content: Buffer) => void;

/** By what is asked for; what is left out is answered as it should be. */
export type Answers = Partial<Record<'manifest' | 'layer', Answer>>;

/** A registry without a login that has one image under every name, and answers as it is told to. */
export class FakeRegistry {
  address = '';
  /** May be changed while it runs. */
  answers: Answers;
  /** Resolves when one of the answers was given for the first time. */
  readonly failed: Promise<void>;
  #setFailed: () => void = () => undefined;
  readonly #image: PackedImage;
  readonly #server = createServer((request, response) => this.#serve(request, response));

  private constructor(image: TestImage, answers: Answers) {
    this.#image = packImage(image);
    this.answers = answers;
    this.failed = new Promise((resolve) => (this.#setFailed = resolve));
  }

  static async start(image: TestImage, answers: Answers = {}): Promise<FakeRegistry> {
    const registry = new FakeRegistry(image, answers);
    await new Promise<void>((resolve) => registry.#server.listen(0, '127.0.0.1', resolve));
    registry.address = `127.0.0.1:${(registry.#server.address() as AddressInfo).port}`;
    return registry;
  }

  /** Of a repository that no other one has: engines do not tell apart the registries of one host. */
  get repository(): string {
    return `${this.address}/team-${this.address.replace(/.*:/, '')}/app`;
  }

  get manifestDigest(): string {
    return digest(this.#image.manifest);
  }

  get layerDigest(): string {
    return digest(this.#image.layer);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { manifest, mediaType, config, layer } = this.#image;
    const [, kind, reference] = /\/(manifests|blobs)\/([^/?]+)/.exec(request.url ?? '') ?? [];
    if (kind === 'manifests') this.#answer('manifest', mediaType, manifest, request, response);
    else if (reference === digest(layer)) this.#answer('layer', binary, layer, request, response);
    else if (reference === digest(config)) send(binary, config, request, response);
    else response.writeHead(kind === undefined ? 200 : 404).end();
  }

  #answer(kind: keyof Answers, type: string, content: Buffer, request: IncomingMessage, response: ServerResponse): void {
    const answer = this.answers[kind];
    if (answer === undefined) return send(type, content, request, response);
    answer(response, content);
    this.#setFailed();
  }
}

export function respond(status: number, type: string, text: string): Answer {
  return (response) => void response.writeHead(status, { 'Content-Type': type }).end(text);
}

/** Never answers. */
export const stall: Answer = () => undefined;

/** Sends half of it, and then nothing more. */
export const stallHalfway: Answer = (response, content) => {
  response.writeHead(200, { 'Content-Type': binary, 'Content-Length': content.length });
  response.write(content.subarray(0, content.length / 2));
};

/** Sends a fiftieth of it ten times a second. */
export const trickle: Answer = (response, content) => {
  response.writeHead(200, { 'Content-Type': binary, 'Content-Length': content.length });
  const size = Math.ceil(content.length / 50);
  let sent = 0;
  const timer = setInterval(() => {
    response.write(content.subarray(sent, sent + size));
    sent += size;
    if (sent < content.length) return;
    clearInterval(timer);
    response.end();
  }, 100);
  response.on('close', () => clearInterval(timer));
};

/** Sends half of it and ends the connection. */
export const cutHalfway: Answer = (response, content) => {
  response.writeHead(200, { 'Content-Type': binary, 'Content-Length': content.length });
  response.write(content.subarray(0, content.length / 2), () => response.destroy());
};

/** Sends something else of the same length. */
export const tamper: Answer = (response, content) => {
  const other = Buffer.from(content);
  other.writeUInt8(other.readUInt8(other.length - 1) ^ 1, other.length - 1);
  response.writeHead(200, { 'Content-Type': binary, 'Content-Length': other.length }).end(other);
};

const binary = 'application/octet-stream';

function send(type: string, content: Buffer, { method }: IncomingMessage, response: ServerResponse): void {
  const headers = { 'Content-Type': type, 'Content-Length': content.length, 'Docker-Content-Digest': digest(content) };
  response.writeHead(200, headers).end(method === 'HEAD' ? undefined : content);
}
