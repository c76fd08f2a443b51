/**
 * The people's client against the served twin: every kubectl on this machine runs the same day on call.
 * A machine without kubectl has no such suite; CI has one, and `npm run test:cluster` builds the newest.
 */

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kubectlBinary } from '../../../scripts/kubectl-binary.ts'
import { systemClock } from '../../kernel/clock.ts'
import { ECDSA_REQUEST, pem } from '../../../test/support/certificate-requests.ts'
import { startServedTwin, webDeployment, type ServedBed } from './served-twin-bed.ts'

const SDK_FOLDER = '/usr/lib/google-cloud-sdk/bin'
const KUBECTLS = ['kubectl', ...['1.27', '1.33'].map((version) => `${SDK_FOLDER}/kubectl.${version}`), kubectlBinary()].filter(isThere)

function isThere(binary: string): boolean {
  return binary.includes('/') ? existsSync(binary) : spawnSync(binary, ['version', '--client']).status === 0
}

function canReadSchemas(binary: string): boolean {
  return spawnSync(binary, ['explain', '--help'], { encoding: 'utf8' }).stdout.includes('--output')
}

const GADGETS = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gadgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'gadgets', singular: 'gadget', kind: 'Gadget', listKind: 'GadgetList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', required: ['size'], properties: { size: { type: 'integer', description: 'how large it is' } } } } } },
      },
    ],
  },
}

describe.runIf(KUBECTLS.length > 0).each(KUBECTLS)('%s', (binary) => {
  const beds: ServedBed[] = []
  beforeAll(async () => {
    beds.push(await startServedTwin())
  })
  afterAll(async () => {
    for (const bed of beds) await bed.stop()
  })

  const bed = (): ServedBed => beds[0] as ServedBed
  const environment = (): NodeJS.ProcessEnv => ({ ...process.env, HOME: bed().folder, KUBECONFIG: join(bed().folder, 'kubeconfig') })
  // Asynchronously: the server that answers lives in this process.
  const kubectl = (...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> =>
    new Promise((resolve) => {
      const child = spawn(binary, args, { env: environment() })
      let [out, err] = ['', '']
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
      child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
      child.on('close', (code) => resolve({ code: code ?? 1, out, err }))
    })
  const succeed = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await kubectl(...args)
    expect(code, `kubectl ${args.join(' ')}\n${out}${err}`).toBe(0)
    return out
  }
  const until = async (holds: () => boolean): Promise<void> => {
    const clock = systemClock()
    const deadlineMs = clock.now() + 10_000
    while (!holds() && clock.now() < deadlineMs) await clock.sleep(50)
  }
  const file = (name: string, content: object): string => {
    const path = join(bed().folder, name)
    writeFileSync(path, JSON.stringify(content))
    return path
  }

  test('looks around', async () => {
    expect(await succeed('version')).toContain('v1.36.0')
    expect(await succeed('get', 'nodes', '-o', 'wide')).toMatch(/NAME\s+STATUS\s+ROLES\s+AGE\s+VERSION\s+INTERNAL-IP[^]*n1\s+Ready/)
    expect(await succeed('api-resources')).toMatch(/deployments\s+deploy\s+apps\/v1\s+true\s+Deployment/)
    expect((await succeed('auth', 'can-i', 'delete', 'pods')).trim()).toBe('yes')
    expect(await succeed('get', '--raw', '/readyz')).toBe('ok')
  })

  // Older ones read the schemas from a form that we do not publish.
  test.runIf(canReadSchemas(binary))('explains fields, built in and custom', async () => {
    await succeed('apply', '-f', file('gadgets.json', GADGETS))
    expect(await succeed('explain', 'deploy.spec.strategy.rollingUpdate')).toMatch(/maxSurge\s+<IntOrString>[^]*maxUnavailable\s+<IntOrString>/)
    expect(await succeed('explain', 'gadgets.spec')).toMatch(/size\s+<integer> -required-[^]*how large it is/)
    await succeed('delete', 'crd', 'gadgets.example.com')
  })

  test('refuses a field that does not exist', async () => {
    const typo = { ...webDeployment(), spec: { ...(webDeployment()['spec'] as object), replica: 3 } }
    expect((await kubectl('apply', '-f', file('typo.json', typo))).err).toContain('unknown field "spec.replica"')
  })

  test('asks what it may, for itself and for others', async () => {
    await succeed('create', 'namespace', 'rights')
    expect((await kubectl('auth', 'can-i', 'list', 'pods', '-n', 'rights', '--as=bob')).out.trim()).toBe('no')
    const refused = await kubectl('get', 'pods', '-n', 'rights', '--as=bob')
    expect(refused.err).toContain('Error from server (Forbidden): pods is forbidden: User "bob" cannot list resource "pods" in API group "" in the namespace "rights"')
    await succeed('create', 'rolebinding', 'bob', '--clusterrole=view', '--user=bob', '-n', 'rights')
    expect((await succeed('auth', 'can-i', 'list', 'pods', '-n', 'rights', '--as=bob')).trim()).toBe('yes')
    expect(await succeed('auth', 'can-i', '--list', '-n', 'rights', '--as=bob')).toMatch(/pods\s+\[\]\s+\[\]\s+\[get list watch\]/)
    expect((await kubectl('delete', 'pod', 'x', '-n', 'rights', '--as=bob')).err).toContain('cannot delete resource "pods"')
    await succeed('delete', 'namespace', 'rights', '--timeout=25s')
  })

  test('applies from the client, sees it run, describes it', async () => {
    expect(await succeed('apply', '-f', file('web.json', webDeployment()))).toContain('deployment.apps/web created')
    expect(await succeed('apply', '-f', file('web.json', webDeployment()))).toContain('deployment.apps/web unchanged')
    expect(await succeed('rollout', 'status', 'deploy/web', '--timeout=20s')).toContain('successfully rolled out')
    expect(await succeed('get', 'deploy', '-o', 'wide')).toMatch(/web\s+3\/3\s+3\s+3\s+\S+\s+app\s+web:1\s+app=web/)
    expect(await succeed('get', 'pods', '-A')).toMatch(/default\s+web-\S+\s+1\/1\s+Running\s+0/)
    const pod = (await succeed('get', 'pods', '-o', 'name')).split('\n')[0] ?? ''
    expect(await succeed('describe', pod)).toMatch(/Status:\s+Running[^]*Successfully assigned/)
    expect(await succeed('describe', 'deploy', 'web')).toMatch(/ScalingReplicaSet/)
    expect(await succeed('describe', 'node', 'n1')).toMatch(/KubeletReady/)
    expect(await succeed('events')).toMatch(/Scheduled/)
    expect((await kubectl('logs', pod)).code).toBe(0)
  })

  test('decides about a certificate, and shows who waits for whom', async () => {
    const request = { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name: 'ann' }, spec: { request: pem(ECDSA_REQUEST), signerName: 'example.com/client', usages: ['client auth'] } }
    await succeed('create', '-f', file('ann.json', request))
    expect(await succeed('get', 'csr')).toMatch(/ann\s+\S+\s+example\.com\/client\s+\S+\s+<none>\s+Pending/)
    expect(await succeed('certificate', 'approve', 'ann')).toContain('certificatesigningrequest.certificates.k8s.io/ann approved')
    expect(await succeed('get', 'csr', 'ann', '--no-headers')).toMatch(/Approved\s*$/)
    expect((await kubectl('certificate', 'deny', 'ann')).err).toContain('certificate signing request "ann" is already Approved')
    expect(await succeed('describe', 'csr', 'ann')).toMatch(/Signer:\s+example\.com\/client[^]*Organization:\s+shop/)
    expect(await succeed('get', 'flowschemas')).toMatch(/^NAME[^]*\nexempt\s+exempt\s+1\s+<none>\s+\S+\s+False\nprobes/)
    expect(await succeed('describe', 'prioritylevelconfiguration', 'system')).toMatch(/Nominal Concurrency Shares:\s+30/)
    await succeed('create', '-f', file('gpu.json', { apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaim', metadata: { name: 'gpu' }, spec: { devices: { requests: [{ name: 'a', exactly: { deviceClassName: 'gpu' } }] } } }))
    expect(await succeed('get', 'resourceclaims')).toMatch(/gpu\s+pending/)
    expect(await succeed('describe', 'resourceclaim', 'gpu')).toMatch(/Device Class Name:\s+gpu/)
    await succeed('delete', 'resourceclaim', 'gpu')
  })

  test('watches what happens', async () => {
    const child = spawn(binary, ['get', 'pods', '-A', '-w'], { env: environment() })
    let seen = ''
    child.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()))
    await until(() => seen.includes('web-'))
    await succeed('scale', 'deploy/web', '--replicas=4')
    const started = /(web-\S+)\s+0\/1\s+Pending[^]*\1\s+1\/1\s+Running/
    await until(() => started.test(seen))
    child.kill()
    expect(seen).toMatch(started)
    expect(seen.split('\n').filter((line) => line.startsWith('NAMESPACE'))).toHaveLength(1)
  })

  test('rolls out, back and again', async () => {
    await succeed('set', 'image', 'deploy/web', 'app=web:2')
    await succeed('rollout', 'status', 'deploy/web', '--timeout=20s')
    expect(await succeed('rollout', 'history', 'deploy/web')).toMatch(/1\s+<none>\n2\s+<none>/)
    expect(await succeed('rollout', 'undo', 'deploy/web')).toContain('rolled back')
    await succeed('rollout', 'status', 'deploy/web', '--timeout=20s')
    expect(await succeed('get', 'deploy', 'web', '-o', 'jsonpath={.spec.template.spec.containers[0].image}')).toBe('web:1')
    expect(await succeed('rollout', 'restart', 'deploy/web')).toContain('restarted')
    await succeed('rollout', 'status', 'deploy/web', '--timeout=20s')
  })

  test('cordons and drains, held back by a budget until it may', async () => {
    await succeed('create', 'pdb', 'web', '--selector=app=web', '--min-available=50%')
    expect(await succeed('cordon', 'n1')).toContain('node/n1 cordoned')
    expect(await succeed('get', 'nodes')).toMatch(/n1\s+Ready,SchedulingDisabled/)
    expect(await succeed('drain', 'n1', '--ignore-daemonsets', '--timeout=25s')).toContain('node/n1 drained')
    expect(await succeed('get', 'pods', '--field-selector', 'spec.nodeName=n1', '-o', 'name')).toBe('')
    await succeed('uncordon', 'n1')
    await succeed('delete', 'pdb', 'web')
    await succeed('create', 'pdb', 'tight', '--selector=app=web', '--max-unavailable=0')
    const refused = await kubectl('drain', 'n2', '--ignore-daemonsets', '--timeout=2s')
    expect(refused.code).not.toBe(0)
    expect(refused.err).toContain("Cannot evict pod as it would violate the pod's disruption budget.")
    await succeed('delete', 'pdb', 'tight')
  })

  test('applies from the server, and meets another manager', async () => {
    const web = file('other.json', { ...webDeployment('web:9') })
    const conflict = await kubectl('apply', '--server-side', '--field-manager=rival', '-f', web)
    expect(conflict.code).not.toBe(0)
    expect(conflict.err).toContain('.spec.template.spec.containers[name="app"].image')
    expect(await succeed('apply', '--server-side', '--field-manager=rival', '--force-conflicts', '-f', web)).toContain('serverside-applied')
    expect(await succeed('get', 'deploy', 'web', '-o', 'jsonpath={.spec.template.spec.containers[0].image}')).toBe('web:9')
    expect(await succeed('apply', '--dry-run=server', '-f', web)).toContain('(server dry run)')
  })

  test('creates and deletes, and waits until it is gone', async () => {
    expect(await succeed('create', 'namespace', 'shop')).toContain('namespace/shop created')
    expect(await succeed('create', 'deployment', 'api', '--image=api:1', '--replicas=2', '-n', 'shop')).toContain('created')
    expect(await succeed('wait', '--for=condition=Available', 'deploy/api', '-n', 'shop', '--timeout=20s')).toContain('condition met')
    expect(await succeed('delete', 'namespace', 'shop', '--timeout=25s')).toContain('deleted')
    expect(await succeed('delete', 'deploy', 'web', '--cascade=foreground', '--timeout=25s')).toContain('deleted')
    expect(await succeed('get', 'pods,rs,deploy', '-o', 'name')).toBe('')
    const missing = await kubectl('get', 'deploy', 'web')
    expect(missing.err).toContain('Error from server (NotFound): deployments.apps "web" not found')
  })
})
