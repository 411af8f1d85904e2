import type { RuntimeListener } from '../../engine/runtime-service.ts';
import type { LogWriter } from '../../logs/log-writer.ts';
import type { References } from '../../pod/references.ts';
import type { Pod } from '../../pod/types.ts';
import type { ContainerEngine } from './container-engine.ts';
import type { PortMapping } from './engine-config.ts';
import type { ExitDispatcher } from './exit-dispatcher.ts';
import type { ImagePuller } from './image-puller.ts';
import type { ResourceFacts } from './resources.ts';
import type { StateFolders } from './state-folders.ts';

/** What all Pods of a runtime share. */
export interface RuntimeContext {
  readonly engine: ContainerEngine;
  readonly exits: ExitDispatcher;
  readonly puller: ImagePuller;
  readonly logs: LogWriter;
  readonly folders: StateFolders;
  readonly instance: string;
  readonly resourceFacts: ResourceFacts;
  /** Where the user's own registry logins are found. */
  readonly env: NodeJS.ProcessEnv;
  readonly warn: (line: string) => void;
}

/** One Pod, and who wants to know of it. */
export interface PodOptions {
  readonly pod: Pod;
  readonly references: References;
  readonly listener: RuntimeListener;
  readonly published: readonly PortMapping[];
  readonly context: RuntimeContext;
  /** The Pod is gone. */
  readonly removed: () => void;
}
