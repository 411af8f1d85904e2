import { posix } from 'node:path';
import { lastLines } from '../../logs/last-lines.ts';
import type { Container } from '../../pod/types.ts';
import { readTerminationMessage } from '../shared/termination-message.ts';
import { terminationLog } from './pod-files.ts';
import type { PodFolders } from './state-folders.ts';

/** By kubelet-lifecycle 7.4: what stands in the file, or the end of the log for a failure that left nothing there. */
export function terminationMessage({ terminationMessagePolicy }: Container, exitCode: number, file: string, log: string): string {
  const message = file === '' ? '' : readTerminationMessage(file);
  return message === '' && terminationMessagePolicy === 'FallbackToLogsOnError' && exitCode !== 0 ? lastLines(log, 80, 2048) : message;
}

/** The file of an instance that was made before. A volume in its place cannot be looked up any more: then it is none. */
export function messageFile(
  { name, terminationMessagePath, volumeMounts = [] }: Container,
  restartCount: number,
  folders: PodFolders,
): string {
  const isVolume = volumeMounts.some(({ mountPath }) => posix.normalize(mountPath) === posix.normalize(terminationMessagePath));
  return isVolume ? '' : terminationLog(folders, name, restartCount);
}
