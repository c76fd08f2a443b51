/**
 * A corpus of manifests from a seed, as a platform's repository looks: a workload with its Service, budget, autoscaler, policy,
 * configuration and account in files of their own; most of it well, some of it with the usual faults.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRng, type Rng } from '../../src/kernel/rng.ts'

/** Writes `count` manifests, one a file, forty applications a folder and namespace, or all of them in one. Returns the files in order. */
export function writeCorpus(folder: string, count: number, options: { readonly oneNamespace?: boolean } = {}): string[] {
  const rng = createRng(1)
  const files: string[] = []
  for (let app = 0; files.length < count; app += 1) {
    const namespace = `team-${options.oneNamespace === true ? 0 : Math.floor(app / 40)}`
    const home = join(folder, namespace)
    mkdirSync(home, { recursive: true })
    for (const [kind, text] of manifestsOf(`app-${app}`, namespace, rng)) {
      if (files.length >= count) break
      const file = join(home, `app-${app}-${kind}.yaml`)
      writeFileSync(file, text)
      files.push(file)
    }
  }
  return files
}

function manifestsOf(name: string, namespace: string, rng: Rng): (readonly [string, string])[] {
  const metadata = `metadata:\n  name: ${name}\n  namespace: ${namespace}\n  labels:\n    app.kubernetes.io/name: ${name}\n`
  const selector = `app.kubernetes.io/name: ${name}`
  const often = (share: number): boolean => rng.unit() < share
  return [
    ['deployment', `apiVersion: apps/v1\nkind: Deployment\n${metadata}spec:\n  replicas: ${2 + rng.below(3)}\n  selector:\n    matchLabels:\n      ${selector}\n  template:\n    metadata:\n      labels:\n        ${selector}\n    spec:\n${podSpec(name, often)}`],
    ['service', `apiVersion: v1\nkind: Service\n${metadata}spec:\n  selector:\n    ${selector}\n  ports:\n    - name: http\n      port: 80\n      targetPort: http\n`],
    ['config', `apiVersion: v1\nkind: ConfigMap\n${metadata}data:\n  application.yaml: |\n    server:\n      port: 8080\n    log:\n      level: info\n  FEATURES: a,b,c\n`],
    ['account', `apiVersion: v1\nkind: ServiceAccount\n${metadata}automountServiceAccountToken: false\n`],
    ['budget', `apiVersion: policy/v1\nkind: PodDisruptionBudget\n${metadata}spec:\n  maxUnavailable: 1\n  selector:\n    matchLabels:\n      ${selector}\n`],
    ['autoscaler', `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n${metadata}spec:\n  minReplicas: 2\n  maxReplicas: 8\n  scaleTargetRef:\n    apiVersion: apps/v1\n    kind: Deployment\n    name: ${name}\n  metrics:\n    - type: Resource\n      resource:\n        name: cpu\n        target:\n          type: Utilization\n          averageUtilization: 70\n`],
    ['policy', `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n${metadata}spec:\n  podSelector:\n    matchLabels:\n      ${selector}\n  ingress:\n    - from:\n        - namespaceSelector: {}\n`],
    ['ingress', `apiVersion: networking.k8s.io/v1\nkind: Ingress\n${metadata}spec:\n  ingressClassName: public\n  tls:\n    - hosts: [${name}.example.com]\n      secretName: ${name}-tls\n  rules:\n    - host: ${name}.example.com\n      http:\n        paths:\n          - path: /\n            pathType: Prefix\n            backend:\n              service:\n                name: ${name}\n                port:\n                  name: http\n`],
  ]
}

function podSpec(name: string, often: (share: number) => boolean): string {
  const image = often(0.1) ? `registry.example/${name}:latest` : `registry.example/${name}:1.4.2@sha256:${'ab'.repeat(32)}`
  const resources = often(0.85) ? '          resources:\n            requests:\n              cpu: 100m\n              memory: 128Mi\n            limits:\n              memory: 256Mi\n' : ''
  const probe = often(0.85) ? '          readinessProbe:\n            httpGet:\n              path: /ready\n              port: http\n' : ''
  const context = often(0.8) ? '          securityContext:\n            allowPrivilegeEscalation: false\n            capabilities:\n              drop: [ALL]\n' : ''
  const spread = `      topologySpreadConstraints:\n        - maxSkew: 1\n          topologyKey: kubernetes.io/hostname\n          whenUnsatisfiable: ScheduleAnyway\n          labelSelector:\n            matchLabels:\n              app.kubernetes.io/name: ${name}\n`
  return `      serviceAccountName: ${name}\n      securityContext:\n        runAsNonRoot: true\n        seccompProfile:\n          type: RuntimeDefault\n${often(0.8) ? spread : ''}      containers:\n        - name: main\n          image: ${image}\n          ports:\n            - name: http\n              containerPort: 8080\n          env:\n            - name: LOG_LEVEL\n              value: info\n            - name: DB_PASSWORD\n              valueFrom:\n                secretKeyRef:\n                  name: ${name}\n                  key: password\n${resources}${probe}${context}`
}
