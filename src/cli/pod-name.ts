import { Failure, exitCodes } from './failure.ts';

/** The name that `NAME`, `pod/NAME`, `pods/NAME` or `po/NAME` means. @throws {Failure} for another kind. */
export function parsePodName(text: string): string {
  const [, kind, name = ''] = /^(?:([^/]*)\/)?(.*)$/s.exec(text) ?? [];
  const isPod = kind === undefined || ['pod', 'pods', 'po'].includes(kind.toLowerCase());
  if (!isPod || name === '' || name.includes('/')) {
    throw new Failure(`expected a Pod as NAME or pod/NAME, found ${JSON.stringify(text)}`, { exitCode: exitCodes.usage });
  }
  return name;
}
