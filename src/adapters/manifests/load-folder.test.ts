import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { loadFolder } from './load-folder.ts'

const folders: string[] = []
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })))

function folderOf(files: Record<string, string | Uint8Array>): string {
  const folder = mkdtempSync(join(tmpdir(), 'manifests-'))
  folders.push(folder)
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

const pod = (name: string): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: c, image: i}]}\n`
const ONE = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one' }, spec: { containers: [{ name: 'c', image: 'i' }] } }
const BOMB = ['a: &a [x,x,x,x,x,x,x,x,x]', ...'bcdefgh'.split('').map((key, at) => `${key}: &${key} [${Array(9).fill(`*${'abcdefg'[at]}`).join(',')}]`)].join('\n')

describe('reading a folder', () => {
  test('documents, lists of any nesting, typed lists and JSON are all read', async () => {
    const snapshot = await loadFolder(
      folderOf({
        'a.yaml': `# top\n---\n${pod('one')}---\n${pod('two')}`,
        'deep/er/b.yml': `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n  - {apiVersion: v1, kind: Pod, metadata: {name: three}}\n`,
        'c.json': JSON.stringify({ apiVersion: 'v1', kind: 'PodList', items: [{ metadata: { name: 'four', namespace: 'shop' } }] }),
        'README.md': 'not ours',
      }),
    )
    expect(snapshot.objects.map((object) => `${object.metadata.namespace}/${object.metadata.name}`)).toEqual(['default/one', 'default/three', 'default/two', 'shop/four'])
    expect(snapshot.notes).toEqual([])
  })

  test('endpoints have a map of conditions, and keys of ConfigMaps and Secrets are whatever their author likes', async () => {
    const objects = ['kind: EndpointSlice\napiVersion: discovery.k8s.io/v1\nmetadata: {name: a}\nendpoints: [{addresses: [10.0.0.1], conditions: {ready: true}}]', 'kind: Secret\napiVersion: v1\nmetadata: {name: a}\ndata: {env: cHJvZA==}', 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\ndata: {volumes: none}']
    const snapshot = await loadFolder(folderOf({ 'a.yaml': objects.join('\n---\n') }))
    expect([snapshot.objects.length, snapshot.notes.filter(({ code }) => code === 'malformed')]).toEqual([3, []])
  })

  test('logs are read with their place', async () => {
    const snapshot = await loadFolder(folderOf({ 'a.yaml': pod('one'), 'logs/default/one/c.log': 'now', 'logs/default/one/c.previous.log': 'before' }))
    expect(snapshot.logs.map((log) => [log.pod, log.container, log.previous, log.text])).toEqual([['one', 'c', false, 'now'], ['one', 'c', true, 'before']])
  })

  test.each([
    { name: 'a broken document', text: `${pod('one')}---\nkind: Pod\nmetadata:\n  name: "x\n`, note: /document 2, line \d+, field name: / },
    { name: 'no kind', text: `${pod('one')}---\napiVersion: v1\nmetadata: {name: x}\n`, note: /document 2, line 5: field kind is missing/ },
    { name: 'no name', text: `${pod('one')}---\napiVersion: v1\nkind: Pod\nmetadata: {}\n`, note: /metadata\.name/ },
    { name: 'a label that is a number', text: `${pod('one')}---\napiVersion: v1\nkind: Pod\nmetadata: {name: x, labels: {v: 1}}\n`, note: /metadata\.labels\.v is not text/ },
    { name: 'containers that are text', text: `${pod('one')}---\napiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: web}\n`, note: /spec\.containers is not a list/ },
    { name: 'an alias bomb', text: `${pod('one')}---\n${BOMB}\n`, note: /document 2.*refused/ },
    { name: 'deep brackets', text: `${pod('one')}---\na: ${'['.repeat(20_000)}\n`, note: /document 2.*refused, nested/ },
    { name: 'deep sequences', text: `${pod('one')}---\n${'- '.repeat(3000)}x\n`, note: /document 2.*refused, nested/ },
  ])('$name costs one document and one note', async ({ text, note }) => {
    const snapshot = await loadFolder(folderOf({ 'a.yaml': text }))
    expect(snapshot.objects.map((object) => object.metadata.name)).toEqual(['one'])
    expect(snapshot.notes).toHaveLength(1)
    expect(snapshot.notes[0]?.source).toBe('a.yaml')
    expect(snapshot.notes[0]?.message).toMatch(note)
  })

  test('a binary file is skipped with a note', async () => {
    const snapshot = await loadFolder(folderOf({ 'a.yaml': new Uint8Array([1, 0, 2]), 'b.yaml': pod('one') }))
    expect(snapshot.notes).toEqual([{ code: 'unreadable', source: 'a.yaml', message: 'skipped: a binary file' }])
  })

  test.each<[string, string, string | Uint8Array, RegExp | undefined]>([
    ['compressed', 'a.yaml.gz', gzipSync(pod('one')), undefined],
    ['a JSON object a line', 'a.jsonl', `${JSON.stringify(ONE)}\n${JSON.stringify(ONE)}\n`, undefined],
    ['as the shell of Windows writes it', 'a.yaml', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(pod('one').replaceAll('\n', '\r\n'), 'utf16le')]), undefined],
    ['compressed and cut short', 'a.yaml.gz', gzipSync(pod('one')).subarray(0, 30), /cannot be unpacked: unexpected end of file/],
    ['not UTF-8', 'a.yaml', Buffer.from(pod('one').replace('image: i', 'image: \u00E9'), 'latin1'), /it is not UTF-8/],
    ['an archive', 'a.tar.gz', 'x', /an archive is not opened/],
    ['a snapshot among other files', 'a.jsonl', '{"format":"boyd-snapshot/1"}\n', /name it by itself/],
  ])('%s', async (_, name, content, note) => {
    const folder = folderOf({ [name]: content, 'b.yaml': pod('two') })
    const { objects, notes } = await loadFolder(folder)
    expect(notes.map(({ message }) => message).join('\n')).toMatch(note ?? /^$/)
    const isRead = note === undefined || note.test('it is not UTF-8')
    expect(objects.map(({ metadata }) => metadata.name)).toEqual(isRead ? ['one', 'two'] : ['two'])
  })

  test('one file of manifests is taken where a folder is', async () => {
    const folder = folderOf({ 'a.yaml': pod('one'), 'b.yaml': pod('two'), 'c.txt': 'x' })
    expect((await loadFolder(join(folder, 'a.yaml'))).objects.map(({ metadata }) => metadata.name)).toEqual(['one'])
    await expect(loadFolder(join(folder, 'c.txt'))).rejects.toMatchObject({ code: 'not-found', message: 'this is neither a folder nor a file of manifests' })
  })

  test('no value of a Secret enters, also not by its annotation', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'aHVudGVyMg==' } }, data: { password: 'aHVudGVyMg==' } }
    const snapshot = await loadFolder(folderOf({ 's.json': JSON.stringify(secret) }))
    expect(JSON.stringify(snapshot)).not.toContain('aHVudGVyMg')
    expect(Object.keys(snapshot.objects[0]?.['data'] as object)).toEqual(['password'])
  })

  test('time and version come from the objects; an expiry date is not the time', async () => {
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', namespace: 'odd' }, status: { nodeInfo: { kubeletVersion: 'v1.31.4+k3s1' }, conditions: [{ type: 'Ready', lastHeartbeatTime: '2026-03-01T10:00:00Z' }], notAfter: '2030-01-01T00:00:00Z' } }
    const files = { 'n.json': JSON.stringify(node) }
    const snapshot = await loadFolder(folderOf(files))
    expect(snapshot.takenAtMs).toBe(Date.parse('2026-03-01T10:00:00Z'))
    expect(snapshot.clusterVersion).toMatchObject({ major: 1, minor: 31 })
    expect(snapshot.objects[0]?.metadata.namespace).toBeUndefined()
    expect((await loadFolder(folderOf(files), { nowMs: 7 })).takenAtMs).toBe(7)
  })

  test('a folder that is not there is a fault with one line', async () => {
    await expect(loadFolder('/nowhere/at/all')).rejects.toMatchObject({ kind: 'fault', code: 'not-found' })
  })
})
