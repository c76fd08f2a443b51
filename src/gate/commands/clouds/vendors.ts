/**
 * aws, az and gcloud: reading clusters, node pools and machines. No command here asks for a credential, and machines of
 * gcloud are listed as a table only: their metadata holds start scripts and keys.
 */

import type { FlagTable, Program } from '../grammar.ts'
import { named } from './named.ts'

const ONE = { min: 1, max: 1 } as const

const AWS: FlagTable = { '--region': 'word', '--output': ['json', 'text', 'table', 'yaml'], '--query': 'query', '--no-paginate': 'switch', '--max-items': 'count', '--no-cli-pager': 'switch' }

export const AWS_PROGRAM: Program = {
  style: 'gnu',
  commands: {
    'eks list-clusters': named({ op: 'list-clusters', kind: 'Cluster', group: 'eks', flags: AWS }),
    'eks describe-cluster': named({ op: 'describe-cluster', kind: 'Cluster', group: 'eks', flags: { ...AWS, '--name': 'word' }, nameFlags: ['--name'] }),
    'eks list-nodegroups': named({ op: 'list-nodegroups', kind: 'Nodegroup', group: 'eks', flags: { ...AWS, '--cluster-name': 'word' } }),
    'eks describe-nodegroup': named({ op: 'describe-nodegroup', kind: 'Nodegroup', group: 'eks', flags: { ...AWS, '--cluster-name': 'word', '--nodegroup-name': 'word' }, nameFlags: ['--nodegroup-name'] }),
    'ec2 describe-instances': named({ op: 'describe-instances', kind: 'Instance', group: 'ec2', flags: { ...AWS, '--instance-ids': 'word' }, nameFlags: ['--instance-ids'] }),
    'ec2 describe-instance-status': named({ op: 'describe-instance-status', kind: 'Instance', group: 'ec2', flags: { ...AWS, '--instance-ids': 'word', '--include-all-instances': 'switch' }, nameFlags: ['--instance-ids'] }),
    'autoscaling describe-auto-scaling-groups': named({ op: 'describe-auto-scaling-groups', kind: 'AutoScalingGroup', group: 'autoscaling', flags: { ...AWS, '--auto-scaling-group-names': 'word' }, nameFlags: ['--auto-scaling-group-names'] }),
    'cloudwatch describe-alarms': named({ op: 'describe-alarms', kind: 'Alarm', group: 'cloudwatch', flags: { ...AWS, '--alarm-names': 'word', '--state-value': ['OK', 'ALARM', 'INSUFFICIENT_DATA'] }, nameFlags: ['--alarm-names'] }),
    'sts get-caller-identity': named({ op: 'get-caller-identity', kind: 'Identity', group: 'sts', flags: AWS }),
  },
}

const AZ: FlagTable = { '-g --resource-group': 'word', '-o --output': ['json', 'jsonc', 'table', 'tsv', 'yaml'], '--query': 'query' }
const AZ_NAMED: FlagTable = { ...AZ, '-n --name': 'word' }

export const AZ_PROGRAM: Program = {
  style: 'gnu',
  commands: {
    'aks list': named({ op: 'list', kind: 'ManagedCluster', group: 'aks', flags: AZ }),
    'aks show': named({ op: 'show', kind: 'ManagedCluster', group: 'aks', flags: AZ_NAMED, nameFlags: ['--name'] }),
    'aks nodepool list': named({ op: 'nodepool list', kind: 'AgentPool', group: 'aks', flags: { ...AZ, '--cluster-name': 'word' } }),
    'aks nodepool show': named({ op: 'nodepool show', kind: 'AgentPool', group: 'aks', flags: { ...AZ_NAMED, '--cluster-name': 'word' }, nameFlags: ['--name'] }),
    'vm list': named({ op: 'list', kind: 'VirtualMachine', group: 'vm', flags: { ...AZ, '-d --show-details': 'switch' } }),
    'vm show': named({ op: 'show', kind: 'VirtualMachine', group: 'vm', flags: AZ_NAMED, nameFlags: ['--name'] }),
    'account show': named({ op: 'show', kind: 'Account', group: 'account', flags: { '-o --output': ['json', 'jsonc', 'table', 'tsv', 'yaml'], '--query': 'query' } }),
  },
}

const GCLOUD: FlagTable = { '--project': 'word', '--region': 'word', '--zone': 'word', '--format': 'query', '--filter': 'query', '--limit': 'count', '--sort-by': 'words' }

export const GCLOUD_PROGRAM: Program = {
  style: 'gnu',
  commands: {
    'container clusters list': named({ op: 'clusters list', kind: 'Cluster', group: 'container', flags: GCLOUD }),
    'container clusters describe': named({ op: 'clusters describe', kind: 'Cluster', group: 'container', flags: GCLOUD, names: ONE }),
    'container node-pools list': named({ op: 'node-pools list', kind: 'NodePool', group: 'container', flags: { ...GCLOUD, '--cluster': 'word' } }),
    'container node-pools describe': named({ op: 'node-pools describe', kind: 'NodePool', group: 'container', flags: { ...GCLOUD, '--cluster': 'word' }, names: ONE }),
    'compute instances list': named({ op: 'instances list', kind: 'Instance', group: 'compute', flags: { '--project': 'word', '--zones': 'words', '--limit': 'count' } }),
  },
}
