import { readFileSync } from 'node:fs';
import type { KubeletRecording } from '../../src/trace/kubelet-recording.ts';
import { kubeletWatchEvents } from '../../src/trace/kubelet-recording.ts';
import type { WatchEvent } from '../../src/trace/watch-event.ts';
import { type Scene, VirtualClock, play, webAndDatabase } from '../cli/views/scripted-run.ts';

/** The watch events of a scripted run; the default one is of two Pods: probes that fail, a restart, back-off, a deletion. */
export function scriptedEvents(scene: Scene = webAndDatabase()): WatchEvent[] {
  const events: WatchEvent[] = [];
  const nothing = () => undefined;
  const view = { start: nothing, output: nothing, waits: nothing, probe: nothing, ended: nothing, notice: nothing };
  play({ ...view, watch: (event) => void events.push(event), finish: () => Promise.resolve() }, scene, new VirtualClock());
  return events;
}

/** What a real kubelet did in a case of the conformance data. */
export function kubeletEvents(name: string): WatchEvent[] {
  const url = new URL(`../../../shared/conformance/expected/${name}.json`, import.meta.url);
  return kubeletWatchEvents(JSON.parse(readFileSync(url, 'utf8')) as KubeletRecording);
}
