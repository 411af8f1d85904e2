import type { Config } from './config-file.ts';
import type { EngineKind } from './find-engine.ts';
import { type EngineName, engineNames } from './runtime-choice.ts';

/** Where engines may be: the environment says it, else the config file, else their usual places. */
export interface EnginePlaces {
  readonly env: NodeJS.ProcessEnv;
  readonly config: Config;
}

/** The kinds of engines that a choice allows, in the order in which they are asked. */
export function engineKinds(choice: EngineName | 'auto', places: EnginePlaces): EngineKind[] {
  return engineNames.filter((name) => choice === 'auto' || choice === name).map((name) => ({ name, endpoints: endpoints(name, places) }));
}

function endpoints(_name: EngineName, _places: EnginePlaces): EngineKind['endpoints'] {
  return [];
}
