import { expect, test } from 'vitest'
import { object, viewAsWritten } from '../testing/cluster.ts'
import { podTemplates } from './templates.ts'

const pod = { containers: [{ name: 'm', image: 'i' }] }
const template = { metadata: { labels: { app: 'a' } }, spec: pod }

test.each([
  { name: 'Argo Rollouts', object: object('argoproj.io/v1alpha1', 'Rollout', 'a', { spec: { replicas: 3, template } }), want: ['spec.template.spec a 3'] },
  { name: 'Knative', object: object('serving.knative.dev/v1', 'Service', 'a', { spec: { template: { spec: { containers: [{ image: 'i' }] } } } }), want: ['spec.template.spec  1'] },
  { name: 'OpenShift', object: object('apps.openshift.io/v1', 'DeploymentConfig', 'a', { spec: { replicas: 2, template } }), want: ['spec.template.spec a 2'] },
  { name: 'replicas of several kinds', object: object('kubeflow.org/v1', 'PyTorchJob', 'a', { spec: { pytorchReplicaSpecs: { Master: { replicas: 1, template }, Worker: { replicas: 8, template } } } }), want: ['spec.pytorchReplicaSpecs.Master.template.spec a 1', 'spec.pytorchReplicaSpecs.Worker.template.spec a 8'] },
  { name: 'in a list', object: object('jobset.x-k8s.io/v1', 'JobSet', 'a', { spec: { replicatedJobs: [{ template: { spec: { template } } }] } }), want: ['spec.replicatedJobs.0.template.spec.template.spec a 1'] },
  { name: 'PodTemplate', object: object('v1', 'PodTemplate', 'a', { template }), want: ['template.spec a 1'] },
  { name: 'look-alike: containers that only add to what an operator makes', object: object('monitoring.coreos.com/v1', 'Prometheus', 'a', { spec: { containers: [{ name: 'config-reloader' }] } }), want: [] },
  { name: 'look-alike: a definition', object: object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'a', { spec: { containers: [{ image: 'i' }] } }), want: [] },
])('$name', ({ object: owner, want }) => expect(podTemplates(viewAsWritten([owner])).map(({ path, labels, replicas }) => `${path.join('.')} ${labels['app'] ?? ''} ${replicas ?? ''}`)).toEqual(want))
