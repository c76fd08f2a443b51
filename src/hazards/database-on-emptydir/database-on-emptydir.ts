/** A database whose data lies in a folder that dies with the pod. Told by the folder where the program keeps its data. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditContainers, containerText, WORKLOAD_KINDS } from '../shared/templates.ts'

const DATA_FOLDERS = /^(\/var\/lib\/(postgresql|mysql|mongodb|redis|cassandra|clickhouse|influxdb\d?|neo4j|rabbitmq|zookeeper|kafka|etcd)|\/data\/(db|postgres)|\/bitnami\/(postgresql|mysql|mariadb|mongodb|redis|kafka)|\/usr\/share\/(elasticsearch|opensearch)\/data)(\/|$)/

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditContainers(cluster, (item) => {
    const { container, template } = item
    if (item.init || ['Job', 'CronJob'].includes(template.owner.kind)) return []
    return (container.volumeMounts ?? []).flatMap((mount, index) => {
      const volume = (template.spec.volumes ?? []).find(({ name }) => name === mount.name)
      if (volume?.emptyDir === undefined || !DATA_FOLDERS.test(mount.mountPath)) return []
      return [{ path: [...item.path, 'volumeMounts', index], summary: `${containerText(item)} keeps ${mount.mountPath} in an emptyDir, which dies with the pod`, advice: 'Use a StatefulSet with a volumeClaimTemplate, or a claim.' }]
    })
  })
}

export const databaseOnEmptydir: AuditRule = {
  id: 'database-on-emptydir',
  title: 'Data that dies with the pod',
  severity: 2,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['a claim', 'a folder for sockets or temporary files of a database', 'a job that needs a database for a minute'],
  prevention: 'Claims for state, emptyDir for scratch.',
  sources: [{ title: 'Volumes: emptyDir', url: 'https://kubernetes.io/docs/concepts/storage/volumes/#emptydir' }],
  reviewBy: '2027-06-30',
}
