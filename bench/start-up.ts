import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare } from './measure.ts';
import { ms, printReport, ratioRow } from './report.ts';

const rounds = 21;

/** How long the program takes to say its version and to validate one file, against Node.js doing nothing. */
export async function benchStartUp(program: string, scratch: string): Promise<void> {
  const file = join(scratch, 'pod.yaml');
  writeFileSync(file, manifest);
  const node = process.execPath;
  const times = await compare(
    { node: [node, '-e', '0'], version: [node, program, '--version'], validate: [node, program, 'validate', file] },
    rounds,
  );
  printReport(`Start-up (medians of ${rounds})`, [
    { what: 'node -e 0', measured: ms(times.node) },
    { what: 'outrider --version', measured: ms(times.version) },
    { what: 'outrider validate pod.yaml', measured: ms(times.validate) },
    ratioRow('--version : node', times.version / times.node, 2),
    ratioRow('validate : node', times.validate / times.node, 3),
  ]);
}

const manifest = `apiVersion: v1
kind: Pod
metadata:
  name: app-with-native-sidecar
spec:
  initContainers:
    - name: envoy-proxy
      image: envoyproxy/envoy:v1.28
      restartPolicy: Always
      ports:
        - containerPort: 15001
      resources:
        requests:
          cpu: 100m
          memory: 128Mi
      startupProbe:
        httpGet:
          path: /ready
          port: 15001
        periodSeconds: 2
    - name: prepare-config
      image: busybox:1.36
      command: ["sh", "-c", "echo 'config ready' > /config/ready"]
      volumeMounts:
        - name: config
          mountPath: /config
  containers:
    - name: app
      image: my-app:1.0.0
      ports:
        - containerPort: 8080
  volumes:
    - name: config
      emptyDir: {}
`;
