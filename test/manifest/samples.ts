/** Manifests as people write them, for tests that mutate them. */
export const samples: readonly string[] = [
  `# A web server with its database beside it.
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
    app.kubernetes.io/name: 'web-server'
  annotations: {note: "it's here", build: "0x1f"}
spec:
  initContainers:
    - name: migrate
      image: busybox:1.36
      command: ["sh", "-c", "echo migrating; sleep 1"]
    - name: proxy
      image: busybox:1.36
      restartPolicy: Always
      startupProbe:
        httpGet: {path: /, port: 8080}
        periodSeconds: 1
  terminationGracePeriodSeconds: 0x1f
  containers:
    - name: app
      image: "busybox:1.36" # pinned
      command:
        - sh
        - -c
        - |
          # start
          echo hello

            indented
          sleep 10
      resources:
        requests: {cpu: 100m, memory: 64Mi}
        limits:
          memory: 128Mi
      env:
        - name: A
          value: "1"
        - name: B
          valueFrom:
            fieldRef:
              fieldPath: metadata.name
      volumeMounts:
        - name: data
          mountPath: /data
  volumes:
    - name: data
      emptyDir: {}
    - name: config
      configMap: {name: settings, defaultMode: 0644}
`,
  `---
kind: ConfigMap
apiVersion: v1
metadata: {name: settings}
data:
  run.sh: |-
    #!/bin/sh
    for i in 1 2; do
    	echo "$i: tab before"
    done


  empty: ""
  url: http://example.com/a?b=c#d
  list: "[1, 2]"
  quoted: 'a: b # no comment'
  escaped: "line\\nnext \\"word\\""
`,
  `apiVersion: apps/v1
kind: StatefulSet
metadata:
    name: db
spec:
    serviceName: db
    replicas: 3
    selector:
        matchLabels: {app: db}
    template:
        metadata:
            labels: {app: db}
        spec:
            terminationGracePeriodSeconds: 10
            hostNetwork: false
            containers:
            -   name: db
                image: postgres:16
                args: [-c, "max_connections=10",
                ports:
            - image: sidecar
              name: side
              ports:
              - containerPort: 5432
                name: pg
              - {containerPort: 9187, name: metrics}
`.replace('args: [-c, "max_connections=10",', 'args: [-c, "max_connections=10"]'),
  `kind: List
apiVersion: v1
items:
- kind: Pod
  apiVersion: v1
  metadata:
    name: a

  spec:
    containers:
    - {name: c, image: i, env: [{name: X, value: "y"}, {name: EMPTY}], stdin: true}
- kind: Service
  apiVersion: v1
  metadata: {name: s}
  spec:
    selector: {app: web}
    ports: [{port: 80, targetPort: http}]
`,
];
