import type { INamespace, Root } from 'protobufjs';
import descriptor from '../proto/descriptor.json' with { type: 'json' };

/** One method as gRPC needs it. */
export interface Method {
  /** `/runtime.v1.RuntimeService/Version` */
  readonly path: string;
  readonly encode: (request: object) => Buffer;
  readonly decode: (bytes: Uint8Array) => object;
}

/** The messages of the `.proto` files beside this folder. The library is loaded at the first use. */
export async function loadCodec(): Promise<Codec> {
  const { Root } = (await import('protobufjs/light.js')).default;
  return new Codec(Root.fromJSON(descriptor as INamespace));
}

export class Codec {
  readonly #root: Root;

  constructor(root: Root) {
    this.#root = root;
  }

  /** `service` as the `.proto` files name it, `wireName` as the server does. Enumerations are names, 64-bit numbers are numbers. */
  method(service: string, name: string, wireName = service): Method {
    const { requestType, responseType } = this.#root.lookupService(service).methods[name] ?? missing(service, name);
    const scope = service.slice(0, service.lastIndexOf('.'));
    const request = this.#root.lookupType(`${scope}.${requestType}`);
    return {
      path: `/${wireName}/${name}`,
      encode: (message) => Buffer.from(request.encode(request.fromObject(message)).finish()),
      decode: this.decoder(`${scope}.${responseType}`),
    };
  }

  decoder(message: string): (bytes: Uint8Array) => object {
    const type = this.#root.lookupType(message);
    return (bytes) => type.toObject(type.decode(bytes), { longs: Number, enums: String, defaults: true, arrays: true, objects: true });
  }
}

function missing(service: string, name: string): never {
  throw new Error(`there is no method ${name} of ${service} in the descriptor`);
}
