import type { Position } from './position.ts';
import type { Workload } from './workload.ts';

/** Something wrong with an object, and where in its file. */
export interface ManifestError extends Position {
  /** Field path; `''` is the object as a whole. */
  readonly field: string;
  /** The API server's (`FieldValueInvalid`, ...), or what kept the object from being validated. */
  readonly type: string;
  /** As the API server words it: one line that begins with the field where the API server has it so. */
  readonly message: string;
  /** The field name that was probably meant. */
  readonly suggestion?: string;
}

export interface ManifestWarning extends Position {
  /** As the API server words it. */
  readonly message: string;
}

/** What became of one object that stands for a Pod. */
export interface ManifestItem {
  readonly file: string;
  /** The object's name; empty when it has none. */
  readonly name: string;
  readonly kind: string;
  readonly errors: readonly ManifestError[];
  readonly warnings: readonly ManifestWarning[];
  /** What is to run; only when there is no error. */
  readonly workload?: Workload;
}
