/**
 * Does kubectl ask the API server for what we say a command means? Runs the rendered spelling of every kubectl command of the
 * corpus that is not denied against the embedded cluster, records the requests, and compares them with the intents: reading
 * sends no change, nothing touches a Secret, a namespace is the one that was said, a dry run says so in each change.
 *
 * Needs kubectl on the PATH. Ends with one line of JSON; exit 1 when anything differs. Usage: npm run compare:kubectl
 */

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedCluster } from '../src/app/embedded-cluster.ts'
import { checkRecord, type RecordVerdict } from '../src/gate/commands/check-record.ts'
import { CORPUS, ELSEWHERE } from '../src/gate/commands/corpus.test-support.ts'
import { SHIPPED_PROFILES } from '../src/gate/commands/shipped-profiles.ts'
import { silentLog } from '../src/kernel/log.ts'

const COMMAND_TIMEOUT_MS = 10_000
const OBJECTS = `
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
{apiVersion: v1, kind: Node, metadata: {name: n7}}
---
{apiVersion: v1, kind: Secret, metadata: {name: tls, namespace: shop}, stringData: {a: b}}
---
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {selector: {app: web}, ports: [{port: 80}]}}
${['Deployment web', 'StatefulSet db', 'DaemonSet agent'].map(workload).join('')}`

interface Recorded {
  readonly method: string
  readonly path: string
  readonly body: string
}

const home = mkdtempSync(join(tmpdir(), 'boyd-compare-kubectl-'))
const cluster = await startEmbeddedCluster({ home, factor: 1, seed: 1, log: silentLog() })
let recorded: Recorded[] = []
const recorder = await startRecorder(readFileSync(cluster.kubeconfigFile, 'utf8'))
const differences: string[] = []
let compared = 0

await kubectl(['apply', '--validate=false', '-f', '-'], OBJECTS)
for (const verdict of understood()) {
  recorded = []
  await kubectl((verdict.argv ?? []).slice(1))
  compared += 1
  const found = differencesOf(verdict, recorded)
  differences.push(...found.map((difference) => `${(verdict.argv ?? []).join(' ')}: ${difference}`))
}
for (const difference of differences) console.log(difference)
console.log(JSON.stringify({ compare: 'kubectl', compared, differences: differences.length }))
recorder.close()
await cluster.stop()
rmSync(home, { recursive: true, force: true })
process.exit(differences.length === 0 && compared > 0 ? 0 : 1)

/** Each spelling once. Manifests are not on this machine, and what follows a log or a list never ends. */
function understood(): RecordVerdict[] {
  const verdicts = CORPUS.map(({ text }) => checkRecord(text, { profiles: SHIPPED_PROFILES, place: ELSEWHERE }))
  const kept = verdicts.filter(({ verdict, argv, intents }) => verdict !== 'deny' && argv?.[0] === 'kubectl' && !argv.includes('apply') && !intents.some(({ tags }) => tags.includes('follows')))
  return [...new Map(kept.map((verdict) => [JSON.stringify(verdict.argv), verdict])).values()]
}

function differencesOf({ intents }: RecordVerdict, requests: readonly Recorded[]): string[] {
  const changes = requests.filter(({ method, path }) => method !== 'GET' && !path.includes('/selfsubject'))
  const namespaces = new Set(intents.flatMap(({ namespace }) => (namespace === undefined ? [] : [namespace])))
  const elsewhere = requests.map(({ path }) => /\/namespaces\/([^/?]+)\//.exec(path)?.[1]).find((name) => name !== undefined && namespaces.size > 0 && !namespaces.has('*') && !namespaces.has(name))
  const loud = changes.find(({ path, body }) => !/dryRun(?:=|":\s*\[")All/.test(path + body))
  return [
    ...(requests.some(({ path }) => /(?:\/api\/v1|\/namespaces\/[^/]+)\/secrets(?:[/?]|$)/.test(path)) ? ['it reads Secrets'] : []),
    ...(intents.every(({ effect }) => effect === 'read') && changes.length > 0 ? [`reading sends ${changes[0]?.method ?? ''} ${changes[0]?.path ?? ''}`] : []),
    ...(elsewhere === undefined ? [] : [`it goes to the namespace ${elsewhere}`]),
    ...(intents.every(({ dryRun }) => dryRun === true) && loud !== undefined ? [`a dry run sends ${loud.method} ${loud.path}`] : []),
  ]
}

/** A proxy before the cluster that writes down what passes. */
async function startRecorder(kubeconfig: string): Promise<Server> {
  const target = new URL(/server: (\S+)/.exec(kubeconfig)?.[1] ?? '')
  const server = createServer((incoming, outgoing) => {
    const body: Buffer[] = []
    const upstream = request({ host: target.hostname, port: target.port, path: incoming.url, method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    upstream.on('error', () => outgoing.destroy())
    incoming.on('data', (chunk: Buffer) => body.push(chunk))
    incoming.on('end', () => recorded.push({ method: incoming.method ?? '', path: incoming.url ?? '', body: Buffer.concat(body).toString('latin1') }))
    incoming.pipe(upstream)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  writeFileSync(join(home, 'recorded'), kubeconfig.replace(target.origin, `http://127.0.0.1:${port}`))
  return server
}

function kubectl(args: readonly string[], input = ''): Promise<void> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, KUBECONFIG: join(home, 'recorded'), KUBECTL_KUBERC: 'false' }
  const child = spawn('kubectl', args, { env, stdio: ['pipe', 'ignore', 'ignore'], timeout: COMMAND_TIMEOUT_MS })
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(new Error(`kubectl is needed on the PATH: ${cause.message}`)))
    child.once('close', () => resolve())
  })
}

function workload(words: string): string {
  const [kind = '', name = ''] = words.split(' ')
  const pods = 'selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, image: web}]}}'
  return `---\n{apiVersion: apps/v1, kind: ${kind}, metadata: {name: ${name}, namespace: shop}, spec: {${pods}}}\n`
}
