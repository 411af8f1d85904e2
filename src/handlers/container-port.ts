import { quote } from '../pod/go-quote.ts';
import type { Container } from '../pod/types.ts';

/**
 * The port number that a handler means: a number, the name of one of the container's own ports, or a number written as
 * text. Throws with the kubelet's message when it is none of these or outside 1-65535.
 */
export function containerPort(port: number | string, container: Container): number {
  const number = typeof port === 'number' ? port : (portByName(port, container) ?? parse(port));
  if (number < 1 || number > 65535) throw new Error(`invalid port number: ${number}`);
  return number;
}

function portByName(name: string, container: Container): number | undefined {
  return container.ports?.find((port) => port.name === name)?.containerPort;
}

function parse(text: string): number {
  if (/^[+-]?\d{1,15}$/.test(text)) return Number(text);
  throw new Error(`strconv.Atoi: parsing ${quote(text)}: invalid syntax`);
}
