import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { databaseOnEmptydir } from './database-on-emptydir.ts'

const keeping = (mountPath: string, volume: object, options: object = {}) => [workload(oneContainer({ volumeMounts: [{ name: 'd', mountPath }] }, { volumes: [{ name: 'd', ...volume }] }), options)]
const field = ['Deployment web spec.template.spec.containers.0.volumeMounts.0']

test.each([
  { name: 'PostgreSQL', objects: keeping('/var/lib/postgresql/data', { emptyDir: {} }), want: field },
  { name: 'MongoDB', objects: keeping('/data/db', { emptyDir: { sizeLimit: '1Gi' } }), want: field },
  { name: 'good', objects: keeping('/var/lib/postgresql/data', { persistentVolumeClaim: { claimName: 'd' } }), want: [] },
  { name: 'look-alike: sockets', objects: keeping('/var/run/postgresql', { emptyDir: {} }), want: [] },
  { name: 'look-alike: a job', objects: keeping('/var/lib/mysql', { emptyDir: {} }, { kind: 'Job' }), want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(databaseOnEmptydir, { objects })).toEqual(want))
