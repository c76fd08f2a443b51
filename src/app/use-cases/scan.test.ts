import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import Ajv from 'ajv'
import { afterAll, describe, expect, test } from 'vitest'
import { NO_SITE } from '../../model/audit.ts'
import { toJson } from '../../scan/formats/json.ts'
import type { ScanReport } from '../../scan/scan-report.ts'
import { scanFiles, type FileScan } from './scan.ts'

const home = mkdtempSync(join(tmpdir(), 'boyd-scan-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

let count = 0
/** A folder with these files. */
function folderOf(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = join(home, `case-${(count += 1)}`)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

function scan(here: string, more: Partial<FileScan> = {}): Promise<ScanReport> {
  return scanFiles({ paths: ['.'], here, complete: false, helmValues: [], threads: 1, version: '0', nowMs: Date.parse('2026-11-27T00:00:00Z'), suppressions: [], baseline: new Set(), site: NO_SITE, ...more })
}

const of = ({ findings }: ScanReport, rule: string) => findings.filter((finding) => finding.rule === rule)
const places = (report: ScanReport, rule: string): string[] => of(report, rule).map(({ place, state }) => `${place?.file ?? ''}:${place?.line ?? '-'}:${place?.column ?? '-'} ${state.type}`)

const pod = (name: string, image = 'web:latest', extra = ''): string => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n${extra}spec:\n  containers:\n    - name: main\n      image: ${image}\n`

describe('where things lie', () => {
  test.each([
    { name: 'YAML', files: { 'a.yaml': pod('a') }, want: ['a.yaml:8:7 open'] },
    { name: 'the second document', files: { 'a.yaml': `# first\n${pod('a', 'x:1@sha256:1')}---\n${pod('b')}` }, want: ['a.yaml:18:7 open'] },
    { name: 'an item of a List', files: { 'a.yaml': 'apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Pod\n    metadata: {name: a}\n    spec: {containers: [{name: m, image: "web"}]}\n' }, want: ['a.yaml:7:35 open'] },
    { name: 'JSON', files: { 'a.json': '{"apiVersion": "v1", "kind": "Pod",\n "metadata": {"name": "a"},\n "spec": {"containers": [{"name": "m",\n  "image": "web"}]}}' }, want: ['a.json:4:3 open'] },
    { name: 'one JSON object after another', files: { 'a.json': '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a}{"}, "spec": {"containers": []}}\n{\n "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "b"},\n "spec": {"containers": [{"name": "m",\n  "image": "web"}]}}' }, want: ['a.json:5:3 open'] },
    { name: 'one JSON object a line', files: { 'a.jsonl': '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": []}}\n{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "b"}, "spec": {"containers": [{"name": "m", "image": "web"}]}}' }, want: ['a.jsonl:2:102 open'] },
  ])('$name', async ({ files, want }) => expect(places(await scan(folderOf(files)), 'image-not-pinned')).toEqual(want))

  test('Dockerfile, Terraform, an MCP client, an agent, TOML', async () => {
    const report = await scan(
      folderOf({
        'images/Dockerfile': '# build\nFROM debian\nCMD ["a"]\n',
        'main.tf': '\nresource "aws_db_instance" "d" {\n  engine              = "x"\n  publicly_accessible = true\n}\n',
        '.cursor/mcp.json': '{\n  // ours\n  "mcpServers": {\n    "a": {"url": "http://mcp.example/mcp"}\n  }\n}',
        '.claude/settings.json': '{"permissions": {\n "allow": ["Bash(*)"]}}',
        '.codex/config.toml': 'sandbox_mode = "danger-full-access"\napproval_policy = "never"\n',
      }),
    )
    expect([places(report, 'docker-base-not-pinned'), places(report, 'terraform-database-exposed'), places(report, 'mcp-plain-http'), places(report, 'agent-allows-everything')]).toEqual([
      ['images/Dockerfile:2:1 open'],
      ['main.tf:4:3 open'],
      ['.cursor/mcp.json:4:11 open'],
      ['.claude/settings.json:2:12 open', '.codex/config.toml:2:1 open'],
    ])
    expect(report.coverage.read).toEqual({ Dockerfiles: 1, 'Terraform blocks': 1, 'MCP servers': 1, 'agent settings': 2 })
  })
})

describe('what cannot be read is a finding, and never silence', () => {
  test.each([
    { name: 'YAML that breaks off, with the document and the line', files: { 'a.yaml': `${pod('a', 'x:1@sha256:1')}---\nkind: Pod\nmetadata:\n  name: "x\n` }, want: /^a\.yaml, document 2, line \d+: /, line: 12 },
    { name: 'half of an object', files: { 'a.yaml': 'kind: Pod\nmetadata: {name: a}\n' }, want: /apiVersion is missing/, line: 1 },
    { name: 'tabs', files: { 'a.yaml': pod('a').replace('  name', '\tname') }, want: /tab characters/, line: 4 },
    { name: 'a key given twice', files: { 'a.yaml': `${pod('a')}      image: other:1\n` }, want: /duplicated mapping key/, line: 9 },
    { name: 'a tag of another tool in an object', files: { 'a.yaml': pod('a', '!Ref image') }, want: /unknown scalar tag/, line: 8 },
    { name: 'a FROM without an image', files: { Dockerfile: 'FROM\n' }, want: /names no image/, line: 1 },
    { name: 'a binary file', files: { 'a.yaml': Buffer.from([0, 1, 2]) }, want: /refused: a binary file/, line: 1 },
    { name: 'an alias bomb', files: { 'a.yaml': `a: &a [${'x,'.repeat(9)}x]\n${'bcdefgh'.split('').map((key, index) => `${key}: &${key} [${`*${'abcdefg'[index] ?? ''},`.repeat(9)}x]`).join('\n')}\n` }, want: /refused, (its aliases unfold|too many aliases)/, line: 1 },
    { name: 'endless nesting', files: { 'a.yaml': `a: ${'['.repeat(100_000)}` }, want: /refused, nested/, line: 1 },
    { name: 'endless nesting in JSON', files: { 'mcp.json': '{"a":'.repeat(50_000) }, want: /refused, nested/, line: 1 },
    { name: 'JSON that is none', files: { 'mcp.json': '{\n"mcpServers": {]}' }, want: /is not JSON/, line: 2 },
    { name: 'a Dockerfile that is none', files: { Dockerfile: 'RUN x\n' }, want: /begins with RUN/, line: 1 },
    { name: 'HCL that is none', files: { 'main.tf': 'resource "a" "b" {\n  x = \n' }, want: /is not HCL/, line: 1 },
    { name: 'TOML that is none', files: { '.codex/config.toml': 'a = \n' }, want: /is not TOML/, line: 1 },
  ])('$name', async ({ files, want, line }) => {
    const [finding] = of(await scan(folderOf(files)), 'unreadable-file')
    expect(finding?.summary).toMatch(want)
    expect(finding?.place?.line).toBeGreaterThanOrEqual(line)
  })

  test.each([
    { name: 'a byte order mark', content: Buffer.from(`\uFEFF${pod('a')}`) },
    { name: 'carriage returns', content: pod('a').replaceAll('\n', '\r\n') },
    { name: 'UTF-16, as a redirection of Windows writes it', content: Buffer.from(`\uFEFF${pod('a')}`, 'utf16le') },
    { name: 'UTF-16, the other way about', content: Buffer.from(`\uFEFF${pod('a')}`, 'utf16le').swap16() },
    { name: 'a name that the server gives', content: pod('a').replace('name: a', 'generateName: a-') },
  ])('read all the same: $name', async ({ content }) => expect(places(await scan(folderOf({ 'a.yaml': content })), 'image-not-pinned')).toEqual(['a.yaml:8:7 open']))

  test.each([
    { name: 'an action for a value', text: pod('a', '{{ .Values.image }}') },
    { name: 'an action on a line of its own', text: `{{- if .Values.on }}\n${pod('a')}{{- end }}\n` },
    { name: 'Jinja', text: `{% for name in names %}\n${pod('{{ name }}')}{% endfor %}\n` },
  ])('a template is said to be unread, and is no broken manifest: $name', async ({ text }) => {
    const report = await scan(folderOf({ 'a.yaml': text, 'b.yaml': pod('b') }))
    expect(of(report, 'unreadable-file')).toEqual([])
    expect(report.coverage.notRead).toEqual([{ source: 'a.yaml', why: expect.stringContaining('a template'), hint: expect.any(String) }])
  })

  test('quoted braces make no template of a broken manifest', async () => {
    const report = await scan(folderOf({ 'a.yaml': `${pod('a')}  x: "{{ $labels.pod }}"\n  - broken\n` }))
    expect(of(report, 'unreadable-file')).toHaveLength(1)
  })

  test('configuration of components and requests, which have no names, are left alone; a policy without one is not', async () => {
    const report = await scan(folderOf({ 'kubelet.yaml': 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nmaxPods: 110\n', 'audit.yaml': 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []\n', 'review.json': '{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {}}', 'net.yaml': 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {namespace: a}\nspec: {podSelector: {}}\n', 'slice.yaml': 'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: s}\nendpoints: [{addresses: [10.0.0.1], conditions: {ready: true}}]\n' }))
    expect([of(report, 'unreadable-file').map(({ place }) => place?.file), report.coverage.unrelated]).toEqual([['net.yaml'], 3])
  })

  test('tags of another tool in a file of its own are left alone', async () => {
    const report = await scan(folderOf({ 'stack.yaml': 'Resources:\n  B: {Properties: {Name: !Ref X}}\n', 'a.yaml': pod('a') }))
    expect([of(report, 'unreadable-file'), report.coverage.unrelated]).toEqual([[], 1])
  })

  test('what is left alone is counted: files of other tools, and values that name no image are still read', async () => {
    const report = await scan(folderOf({ 'a.yaml': pod('a'), 'values.yaml': 'image: {tag: latest}\n', 'Chart.txt': 'x', 'package.json': '{"name": "x"}', 'kind.yaml': 'apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\n' }))
    expect(of(report, 'unreadable-file')).toEqual([])
    expect(report.coverage).toMatchObject({ files: 4, unrelated: 2, read: { 'Kubernetes objects': 1, 'chart values': 1 } })
  })

  test.each([
    { name: 'an empty folder', files: { 'README.md': 'x' }, want: { code: 'invalid', message: expect.stringContaining('nothing there') } },
    { name: 'a folder of other things', files: { 'package.json': '{}' }, want: { code: 'invalid' } },
  ])('nothing was read: $name', async ({ files, want }) => expect(scan(folderOf(files))).rejects.toMatchObject(want))

  test('a path that names nothing', async () => expect(scan(home, { paths: ['nowhere'] })).rejects.toMatchObject({ code: 'not-found' }))

  test('a link that leads outside is not followed, and said', async () => {
    const folder = folderOf({ 'a.yaml': pod('a') })
    const outside = folderOf({ 'secret.yaml': pod('b') })
    symlinkSync(join(outside, 'secret.yaml'), join(folder, 'b.yaml'))
    const report = await scan(folder)
    expect(report.coverage).toMatchObject({ read: { 'Kubernetes objects': 1 }, notRead: [{ source: 'b.yaml', why: expect.stringContaining('not followed') }] })
  })
})

test('links in a circle, and one that leads nowhere', async () => {
  const folder = folderOf({ 'd/a.yaml': pod('a') })
  symlinkSync('.', join(folder, 'self'))
  symlinkSync('..', join(folder, 'd', 'up'))
  symlinkSync('b.yaml', join(folder, 'b.yaml'))
  symlinkSync(tmpdir(), join(folder, 'out'))
  expect((await scan(folder)).coverage).toMatchObject({ files: 1, notRead: [{ source: 'b.yaml', why: 'a link that leads nowhere' }, { source: 'out', why: expect.stringContaining('outside') }] })
})

describe('silence', () => {
  const until = (date: string): string => `boyd:ignore image-not-pinned until ${date} because the vendor moves it`

  test.each([
    { name: 'a comment beside the line', text: pod('a').replace('web:latest', `web:latest # ${until('2027-01-01')}`), want: ['suppressed'] },
    { name: 'a comment above it', text: pod('a').replace('      image', `      # ${until('2027-01-01')}\n      image`), want: ['suppressed'] },
    { name: 'a comment above what it is in', text: pod('a').replace('spec:', `# ${until('2027-01-01')}\nspec:`), want: ['suppressed'] },
    { name: 'a comment above the document', text: `# ${until('2027-01-01')}\n${pod('a')}`, want: ['suppressed'] },
    { name: 'an annotation', text: pod('a', 'web:latest', '  annotations:\n    ignore.boyd.dev/image-not-pinned: until 2027-01-01 because it is known\n'), want: ['suppressed'] },
    { name: 'after its end the finding is back', text: `# ${until('2026-11-26')}\n${pod('a')}`, want: ['open'] },
    { name: 'a comment about another line', text: `${pod('a')}  # ${until('2027-01-01')}\n  restartPolicy: Always\n`, want: ['open'] },
    { name: 'a comment about another rule', text: `# boyd:ignore pdb-missing until 2027-01-01 because x\n${pod('a')}`, want: ['open'] },
  ])('$name', async ({ text, want }) => expect(of(await scan(folderOf({ 'a.yaml': text })), 'image-not-pinned').map(({ state }) => state.type)).toEqual(want))

  test('without a reason it is refused, and that is a finding', async () => {
    const report = await scan(folderOf({ 'a.yaml': `# boyd:ignore image-not-pinned until 2027-01-01\n${pod('a')}` }))
    expect(of(report, 'image-not-pinned').map(({ state }) => state.type)).toEqual(['open'])
    expect(of(report, 'suppression-refused').map(({ summary }) => summary)).toEqual([expect.stringContaining('gives no reason')])
  })

  test('in Dockerfiles and Terraform', async () => {
    const report = await scan(folderOf({ Dockerfile: `# boyd:ignore docker-base-not-pinned until 2027-01-01 because it is a test\nFROM debian\n`, 'main.tf': 'resource "aws_ebs_volume" "d" {\n  size = 1 \n  encrypted = false // boyd:ignore terraform-storage-unencrypted until 2027-01-01 because it is empty\n}\n' }))
    expect([...of(report, 'docker-base-not-pinned'), ...of(report, 'terraform-storage-unencrypted')].map(({ state }) => state.type)).toEqual(['suppressed', 'suppressed'])
  })
})

describe('the same finding', () => {
  const prints = (report: ScanReport): string[] => report.findings.map(({ fingerprint }) => fingerprint).sort()

  test('keeps its fingerprint when lines move, containers change places, files are renamed', async () => {
    const two = (first: string, second: string): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - {name: ${first}, image: "${first}:latest"}\n    - {name: ${second}, image: "${second}:latest"}\n`
    const before = await scan(folderOf({ 'a.yaml': two('x', 'y') }))
    const after = await scan(folderOf({ 'moved/b.yaml': `# a line more\n\n${two('y', 'x')}` }))
    expect(prints(after)).toEqual(prints(before))
    expect(new Set(prints(before)).size).toBe(before.findings.length)
  })

  test('is known when the baseline has it; a new one is open', async () => {
    const before = await scan(folderOf({ 'a.yaml': pod('a') }))
    const after = await scan(folderOf({ 'a.yaml': pod('a'), 'b.yaml': pod('b') }), { baseline: new Set(prints(before)) })
    expect(of(after, 'image-not-pinned').map(({ subject, state }) => `${subject.name} ${state.type}`)).toEqual(['a known', 'b open'])
  })

  test('of one object in two files is two findings', async () => {
    const report = await scan(folderOf({ 'dev/a.yaml': pod('a'), 'prod/a.yaml': pod('a') }))
    const [first, second] = of(report, 'image-not-pinned').map(({ fingerprint }) => fingerprint)
    expect(second).toBe(`${first ?? ''}-2`)
  })

  test('the same set gives the same bytes, read by one thread or from the cache', async () => {
    const here = folderOf(Object.fromEntries(['c', 'a', 'b'].map((name) => [`${name}.yaml`, pod(name)])))
    const text = async (more: Partial<FileScan>): Promise<string> => JSON.stringify(toJson(await scan(here, more)))
    const cacheFolder = join(home, 'cache')
    const [plain, cold, warm] = [await text({}), await text({ cacheFolder }), await text({ cacheFolder })]
    expect([cold, warm]).toEqual([plain, plain])
  })

  test('many files with one cause are one group', async () => {
    const report = await scan(folderOf(Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`p${index}.yaml`, pod(`p${index}`)]))))
    expect(report.groups.filter(({ rule }) => rule === 'image-not-pinned').map(({ findings }) => findings.length)).toEqual([40])
  })
})

describe('charts and overlays', () => {
  const chart = { 'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n', 'chart/values.yaml': 'tag: latest\n', 'chart/templates/web.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Values.name }}}\n' }
  const path = process.env['PATH']
  afterAll(() => {
    process.env['PATH'] = path
  })

  /** A program of that name, first on the path. */
  function withTool(name: string, script: string): void {
    const folder = folderOf({ [name]: `#!/bin/sh\n${script}\n` })
    chmodSync(join(folder, name), 0o755)
    process.env['PATH'] = `${folder}:/usr/bin:/bin`
  }

  test('without helm a chart is said to be unread, and its templates are no broken manifests', async () => {
    process.env['PATH'] = folderOf({ x: '' })
    const report = await scan(folderOf({ ...chart, 'a.yaml': pod('a') }))
    expect(of(report, 'unreadable-file')).toEqual([])
    expect(report.coverage.notRead).toEqual([{ source: 'chart/', why: expect.stringContaining('no helm'), hint: expect.stringContaining('Install helm') }])
  })

  test('without helm its values and what it depends on are read all the same', async () => {
    process.env['PATH'] = folderOf({ x: '' })
    const report = await scan(folderOf({ ...chart, 'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - name: redis\n    version: 1.x\n    repository: oci://registry-1.docker.io/bitnamicharts\n', 'chart/values.yaml': 'image:\n  repository: web\n  tag: latest\n' }))
    expect([places(report, 'image-not-pinned'), places(report, 'bitnami-stopgap'), report.coverage.read]).toEqual([['chart/values.yaml:2:3 open'], ['chart/Chart.yaml:7:5 open'], { 'chart values': 2 }])
  })

  test('with helm its output is scanned, and named by the chart', async () => {
    withTool('helm', `[ "$1" = template ] && cat <<'EOF'\n${pod('rendered')}EOF`)
    const report = await scan(folderOf(chart))
    expect(of(report, 'image-not-pinned').map(({ place, subject }) => [place, subject.name])).toEqual([[{ file: 'chart/Chart.yaml', document: 1 }, 'rendered']])
  })

  test('a chart that helm refuses is said to be unread, with its words', async () => {
    withTool('helm', 'echo "Error: found in Chart.yaml, but missing in charts/" >&2; exit 1')
    const report = await scan(folderOf({ ...chart, 'a.yaml': pod('a') }))
    expect(report.coverage.notRead).toEqual([{ source: 'chart/', why: expect.stringContaining('missing in charts/'), hint: expect.any(String) }])
  })

  test('an overlay is built, its base and patches are not read as they lie there', async () => {
    withTool('kustomize', `cat <<'EOF'\n${pod('built')}EOF`)
    const report = await scan(folderOf({ 'base/kustomization.yaml': 'resources: [pod.yaml]\n', 'base/pod.yaml': pod('raw'), 'prod/kustomization.yaml': 'resources: [../base]\npatches: [{path: patch.yaml}]\n', 'prod/patch.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: raw}\nspec: {containers: [{name: main}]}\n' }))
    expect(of(report, 'image-not-pinned').map(({ subject }) => subject.name)).toEqual(['built'])
  })

  test('an overlay that would fetch something is not built', async () => {
    withTool('kustomize', 'echo must not run >&2; exit 1')
    const report = await scan(folderOf({ 'kustomization.yaml': 'resources: [pod.yaml, "https://example.com/base?ref=main"]\n', 'pod.yaml': pod('a') }))
    expect(report.coverage.notRead[0]?.why).toContain('would fetch https://example.com/base')
    expect(of(report, 'image-not-pinned').map(({ subject }) => subject.name)).toEqual(['a'])
  })
})

test('the report as JSON is as its schema says, with findings of every state and without a place', async () => {
  const ajv = new Ajv.default({ allErrors: true })
  const validate = ajv.compile(JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'scan-report.schema.json'), 'utf8')) as object)
  const here = folderOf({ 'a.yaml': pod('a'), 'b.yaml': `# boyd:ignore image-not-pinned until 2027-01-01 because x\n${pod('b')}`, 'c.yaml': 'a: [', 't.yaml': pod('t', '{{ image }}'), Dockerfile: 'FROM debian\n' })
  const known = new Set((await scan(here)).findings.slice(0, 1).map(({ fingerprint }) => fingerprint))
  const report = await scan(here, { baseline: known })
  expect([validate(JSON.parse(JSON.stringify(toJson(report)))), validate.errors]).toEqual([true, null])
  expect(new Set(report.findings.map(({ state }) => state.type))).toEqual(new Set(['open', 'known', 'suppressed']))
  expect(validate({ ...toJson(report), findings: [{ rule: 'x' }] })).toBe(false)
})

test('the order in which files are named and met changes nothing', async () => {
  const files = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`d${index % 3}/p${index}.yaml`, pod(`p${index}`)]))
  const [one, other] = [folderOf(files), folderOf(Object.fromEntries(Object.entries(files).toReversed()))]
  const text = async (here: string, paths: readonly string[]): Promise<string> => JSON.stringify(toJson(await scan(here, { paths })))
  expect(await text(other, ['d2', 'd0', 'd1'])).toBe(await text(one, ['d0', 'd1', 'd2']))
})

test('the value of a Secret is in no report', async () => {
  const value = Buffer.from(Buffer.from('postgres://app:hunter2@db').toString('base64')).toString('base64')
  const report = await scan(folderOf({ 's.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {url: ${value}}\n` }))
  expect(of(report, 'secret-encoded-twice')).toHaveLength(1)
  expect(JSON.stringify(toJson(report))).not.toMatch(/hunter2|cG9zdGdyZXM|Y0c5/)
})
