import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './measure.ts';
import { printReport } from './report.ts';

const rounds = 5;
const [many, few] = [10_000, 5000];

interface Run {
  /** From before the program is started until it has ended. */
  readonly ms: number;
  /** Processor time of all its threads. */
  readonly cpuMs: number;
  readonly peakMegabytes: number;
}

/** `outrider resources` on folders of manifests: how many a second, the start of the program included, and how much memory. */
export async function benchResources(program: string, scratch: string): Promise<void> {
  const runs = new Map<number, Run[]>();
  for (const count of [many, few]) writeManifests(join(scratch, String(count)), count);
  for (let round = 0; round < rounds; round++) {
    for (const count of [many, few]) runs.set(count, [...(runs.get(count) ?? []), await run(program, join(scratch, String(count)))]);
  }
  const value = (count: number, name: keyof Run): number => median((runs.get(count) ?? []).map((one) => one[name]));
  const perSecond = (few / value(few, 'ms')) * 1000;
  const growth = value(many, 'peakMegabytes') / value(few, 'peakMegabytes');
  printReport(`outrider resources on a folder of ${few} manifests (medians of ${rounds})`, [
    { what: 'manifests a second', measured: perSecond.toFixed(0), goal: 'at least 2500', reached: perSecond >= 2500 },
    { what: 'processor time a manifest', measured: `${(value(few, 'cpuMs') / few).toFixed(3)} ms` },
    { what: 'memory, at most', measured: `${value(few, 'peakMegabytes').toFixed(0)} MB` },
    {
      what: `memory, ${many} : ${few} manifests`,
      measured: `${growth.toFixed(2)}x`,
      goal: 'flat (within 1.25x)',
      reached: growth <= 1.25,
    },
  ]);
}

const reporter = `data:text/javascript,process.on('exit',()=>{
  const{maxRSS,userCPUTime,systemCPUTime}=process.resourceUsage();
  process.stderr.write('resources '+maxRSS+' '+(userCPUTime+systemCPUTime)+'\\n');
})`.replaceAll('\n', '');

async function run(program: string, folder: string): Promise<Run> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['--import', reporter, program, 'resources', folder, '-o', 'json'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exitCode = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  const ms = performance.now() - startedAt;
  const [, kilobytes, microseconds] = /^resources (\d+) (\d+)$/m.exec(stderr) ?? [];
  if (exitCode !== 0) throw new Error(`exit code ${exitCode ?? 'none'} of outrider resources: ${stderr}`);
  return { ms, cpuMs: Number(microseconds) / 1000, peakMegabytes: Number(kilobytes) / 1024 };
}

function writeManifests(folder: string, count: number): void {
  mkdirSync(folder);
  for (let index = 0; index < count; index++) writeFileSync(join(folder, `pod-${index}.yaml`), manifest(index));
}

/** A Pod with a sidecar, an init container and a main one; amounts differ from one to the next. */
function manifest(index: number): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: app-${index}
  labels:
    app: app-${index % 50}
spec:
  initContainers:
    - name: proxy
      image: envoyproxy/envoy:v1.28
      restartPolicy: Always
      ports:
        - containerPort: 15001
      resources:
        requests:
          cpu: 100m
          memory: ${64 + (index % 64)}Mi
        limits:
          memory: 256Mi
    - name: migrate
      image: registry.example.com/migrate:1.${index}
      command: ["sh", "-c", "./migrate up"]
      resources:
        requests:
          cpu: ${100 * (1 + (index % 9))}m
          memory: 512Mi
  containers:
    - name: app
      image: registry.example.com/app:1.${index}
      ports:
        - name: http
          containerPort: 8080
      readinessProbe:
        httpGet:
          path: /ready
          port: http
      resources:
        requests:
          cpu: ${250 * (1 + (index % 4))}m
          memory: ${128 * (1 + (index % 7))}Mi
        limits:
          memory: 1Gi
      volumeMounts:
        - name: data
          mountPath: /data
  volumes:
    - name: data
      emptyDir: {}
`;
}
