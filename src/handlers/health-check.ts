// The two messages of grpc.health.v1.Health/Check, small enough to be written here instead of loading a compiler for them.

export const healthCheckPath = '/grpc.health.v1.Health/Check';

/** HealthCheckRequest: field 1 is the name of the service. */
export function encodeHealthRequest(service: string): Buffer {
  const name = Buffer.from(service);
  return name.length === 0 ? name : Buffer.concat([Buffer.from([stringField]), varint(name.length), name]);
}

/** HealthCheckResponse: field 1 is the status, 0 (UNKNOWN) when it is absent; other fields are skipped. */
export function decodeHealthResponse(message: Buffer): string {
  let status = 0;
  for (let at = 0; at < message.length;) {
    const tag = readVarint(message, at);
    const value = readVarint(message, tag.end);
    switch (tag.value & 7) {
      case 0:
        if (tag.value >> 3 === 1) status = value.value;
        at = value.end;
        break;
      case 1:
        at = tag.end + 8;
        break;
      case 2:
        at = value.end + value.value;
        break;
      case 5:
        at = tag.end + 4;
        break;
      default:
        throw new Error(`not a HealthCheckResponse: wire type ${tag.value & 7}`);
    }
  }
  return statuses[status] ?? String(status);
}

const statuses = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
const stringField = (1 << 3) | 2;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

function readVarint(message: Buffer, start: number): { value: number; end: number } {
  let value = 0;
  let factor = 1;
  for (let at = start; ; at++, factor *= 128) {
    const byte = message[at] ?? 0;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, end: at + 1 };
  }
}
