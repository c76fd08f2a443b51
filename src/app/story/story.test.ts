import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { STORIES_FOLDER } from '../config.ts'
import { loadStory, storyNames } from './story.ts'

const FAULTS = {
  title: 'A rollout',
  shows: 'that files are applied',
  script: [{ apply: 'rollout.yaml' }, { pauseSeconds: 5 }, { node: 'n1', fault: { type: 'silent' } }, { untilNotReady: 'n1' }],
  expect: { outcome: 'resolved' },
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'boyd-stories-'))
  write('rollout', {
    'faults.yaml': JSON.stringify(FAULTS),
    'given.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: shop }\n',
    'world.yaml': 'pools: []\n',
    'alert.json': '{"version":"4"}',
    'rollout.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\n',
  })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(story: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(folder, story), { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, story, name), text)
}

describe('a story folder', () => {
  test('is read whole: objects, world, script, alert and the files that the script applies', () => {
    const story = loadStory(folder, 'rollout')
    expect(story.given.map(({ kind }) => kind)).toEqual(['Namespace', 'ConfigMap'])
    expect(Object.entries(story.files).map(([file, objects]) => [file, objects.map(({ kind }) => kind)])).toEqual([['rollout.yaml', ['Deployment']]])
    expect(story).toMatchObject({ name: 'rollout', title: 'A rollout', alert: { version: '4' }, expect: { outcome: 'resolved', holds: [] } })
    expect(story.script.at(-1)).toEqual({ untilNotReady: 'n1', withinSeconds: 300 })
  })

  test('a story under harder conditions takes the files of the other, and its own end', () => {
    write('harder', { 'faults.yaml': JSON.stringify({ ...FAULTS, title: 'Harder', script: [], like: 'rollout', expect: { outcome: 'handed-over' } }) })
    const [plain, harder] = [loadStory(folder, 'rollout'), loadStory(folder, 'harder')]
    expect(harder).toEqual({ ...plain, name: 'harder', title: 'Harder', expect: { outcome: 'handed-over', holds: [] } })
  })

  test.each([
    { name: 'an outcome that no mission has', change: { expect: { outcome: 'fixed' } }, says: /outcome/ },
    { name: 'a step that nobody can play', change: { script: [{ explode: 'n1' }] }, says: /script/ },
    { name: 'a node fault that there is not', change: { script: [{ node: 'n1', fault: { type: 'on-fire' } }] }, says: /script/ },
  ])('$name is refused', ({ change, says }) => {
    write('rollout', { 'faults.yaml': JSON.stringify({ ...FAULTS, ...change }) })
    expect(() => loadStory(folder, 'rollout')).toThrow(says)
  })
})

test('a name that is no story is answered with those that are', () => {
  write('notes', { 'readme.txt': 'not a story' })
  cpSync(join(folder, 'rollout'), join(folder, 'another'), { recursive: true })
  expect(storyNames(folder)).toEqual(['another', 'rollout'])
  for (const name of ['notes', '../rollout', '']) {
    expect(() => loadStory(folder, name)).toThrow(expect.objectContaining({ code: 'not-found', hint: 'Choose one of: another, rollout.' }))
  }
})

test.each(storyNames(STORIES_FOLDER))('the story %s is complete', (name) => {
  const story = loadStory(STORIES_FOLDER, name)
  expect(story.given.every(({ apiVersion, kind, metadata }) => apiVersion !== undefined && kind !== undefined && metadata.name !== undefined)).toBe(true)
  expect(story).toMatchObject({ alert: { version: '4', alerts: expect.arrayContaining([expect.anything()]) } })
})
