import { describe, expect, test } from 'vitest'
import { checkCommand } from './check-command.ts'
import { createPlace, type Place } from './place.ts'
import { compileProfiles, type Profile, type ProfileSettings } from './profile.ts'
import { SHIPPED_PROFILES } from './shipped-profiles.ts'

const CERTIFICATE = { kind: 'Certificate', group: 'cert-manager.io', versions: ['v1'], plural: 'certificates', shortNames: ['cert'], namespaced: true }
const PLACE: Place = createPlace({ look: false, kinds: [CERTIFICATE], hosts: ['status.example.com', 'metrics.example.com:9443'] })

function verdictOf(settings: ProfileSettings, line: string): string {
  const profile = compileProfiles({ mine: settings }, SHIPPED_PROFILES).get('mine') as Profile
  return checkCommand({ command: { line }, profile, place: PLACE }).verdict
}

describe('patterns match parsed words', () => {
  test.each<[ProfileSettings, string, string]>([
    [{ allow: ['kubectl get *'] }, 'kubectl get pods -n shop', 'allow'],
    [{ allow: ['kubectl get *'] }, 'kubectl -n shop get pods', 'allow'],
    [{ allow: ['kubectl get pods *'] }, 'kubectl get po web-0 -n shop', 'allow'],
    [{ allow: ['kubectl get PODS *'] }, 'kubectl get pods.v1. -n shop', 'allow'],
    [{ allow: ['kubectl get pods *'] }, 'kubectl get pods,svc -n shop', 'deny'],
    [{ allow: ['kubectl get pods *'] }, 'kubectl get node pods', 'deny'],
    [{ allow: ['kubectl delete pod *'] }, 'kubectl delete deploy pod -n shop', 'deny'],
    [{ allow: ['kubectl get *'] }, 'kubectl get pods;id', 'deny'],
    [{ allow: ['kubectl get *'] }, 'kubectl get secrets -n shop', 'deny'],
    [{ allow: ['kubectl get *'] }, 'kubectl get pods --as=root', 'deny'],
    [{ allow: ['kubectl get *'] }, 'kubectl get certs -n shop', 'deny'],
    [{ allow: ['kubectl get certificate *'] }, 'kubectl get cert -n shop', 'allow'],
    [{ allow: ['kubectl delete *'] }, 'kubectl delete pod web-0 -n shop', 'allow'],
    [{ allow: ['kubectl delete *'] }, 'kubectl delete pod web-0 web-1 -n shop', 'ask'],
    [{ allow: ['kubectl delete *'] }, 'kubectl delete pod web-0', 'deny'],
    [{ allow: ['kubectl delete *'] }, 'kubectl delete ns shop', 'deny'],
    [{ allow: ['kubectl delete *'] }, 'kubectl delete secret tls -n shop', 'deny'],
    [{ allow: ['kubectl delete *'] }, 'kubectl delete pod web-0 -n kube-system', 'deny'],
    [{ allow: ['kubectl delete *'], deny: ['kubectl delete persistentvolumeclaim'] }, 'kubectl delete PVC/data -n shop', 'deny'],
    [{ allow: ['kubectl delete *'], ask: ['kubectl delete service'] }, 'kubectl delete svc web -n shop', 'ask'],
    [{ allow: ['kubectl * pods *'] }, 'kubectl describe po web-0 -n shop', 'allow'],
    [{ allow: ['kubectl * pods *'] }, 'kubectl describe deploy web -n shop', 'deny'],
    [{ allow: ['kubectl get pods'] }, 'kubectl get po -n shop', 'allow'],
    [{ allow: ['kubectl get pods'] }, 'kubectl get po web-0 -n shop', 'deny'],
    [{ allow: ['kubectl delete pod node'] }, 'kubectl delete pod node -n shop', 'allow'],
    [{ allow: ['kubectl delete pod node'] }, 'kubectl delete pod no -n shop', 'deny'],
    [{ allow: ['kubectl rollout restart *'] }, 'kubectl rollout restart deploy/web -n shop', 'allow'],
    [{ allow: ['kubectl rollout restart *'] }, 'kubectl rollout restart sts/db -n shop', 'ask'],
    [{ allow: ['git push *'] }, 'git push origin main', 'allow'],
    [{ allow: ['git push *'] }, 'git push elsewhere main', 'deny'],
    [{ allow: ['npm install'] }, 'npm install', 'allow'],
    [{ allow: ['npm install'] }, 'npm install left-pad', 'deny'],
    [{ allow: ['npm install'] }, 'npm install && id', 'deny'],
    [{ allow: ['npm install'] }, 'npm install --prefix=/etc', 'deny'],
    [{ allow: ['npm run test:*'] }, 'npm run test:unit', 'allow'],
    [{ allow: ['npm run test:*'] }, 'npm run deploy', 'deny'],
    [{ allow: ['make *'] }, 'make build', 'allow'],
    [{ allow: ['make *'] }, 'make', 'allow'],
    [{ allow: ['make *'] }, 'make -f evil.mk', 'deny'],
    [{ allow: ['make *'] }, 'make SHELL=id', 'deny'],
    [{ allow: ['make *'], deny: ['make deploy'] }, 'make build deploy', 'deny'],
    [{ allow: ['npm *'], deny: ['npm publish'], unlisted: 'ask', mode: 'turbo' }, 'npm --loglevel=silent publish', 'deny'],
    [{ allow: ['make *'] }, './make build', 'deny'],
    [{ allow: ['make *'] }, 'ninja', 'deny'],
    [{ allow: ['curl *'] }, "curl -s 'https://status.example.com/api?x=1'", 'allow'],
    [{ allow: ['curl *'] }, 'curl -s https://metrics.example.com:9443/metrics', 'allow'],
    [{ allow: ['curl *'] }, 'curl https://status.example.com.evil.com/', 'deny'],
    [{ allow: ['curl *'] }, 'curl https://status.example.com@evil.com/', 'deny'],
    [{ allow: ['curl *'] }, 'curl http://status.example.com/', 'deny'],
    [{ allow: ['curl *'] }, 'curl -L https://status.example.com/', 'deny'],
    [{ allow: ['curl *'] }, 'curl -o x https://status.example.com/', 'deny'],
    [{ allow: ['curl *'] }, "curl -H 'Authorization: x' https://status.example.com/", 'deny'],
    [{ allow: ['argocd app get *', 'argocd app list'], ask: ['argocd app sync *'] }, 'argocd app get web', 'allow'],
    [{ allow: ['argocd app get *'] }, 'argocd app get web -o yaml', 'deny'],
    [{ ask: ['argocd app sync *'] }, 'argocd app sync web', 'ask'],
    [{ ask: ['argocd app sync *'] }, 'argocd app sync web --prune', 'deny'],
    [{ allow: ['argocd app *'] }, 'argocd app delete web', 'deny'],
    [{ allow: ['flux get *'] }, 'flux get kustomizations -A', 'allow'],
    [{ allow: ['flux reconcile *'] }, 'flux reconcile kustomization web -n shop', 'allow'],
    [{ allow: ['flux get *'] }, 'flux reconcile kustomization web -n shop', 'deny'],
    [{ allow: ['flux get *'] }, 'flux get sources git --context=x', 'deny'],
    [{ allow: ['aws eks *'] }, 'aws eks describe-cluster --name prod --region eu-west-1', 'allow'],
    [{ allow: ['aws eks *'] }, 'aws eks update-kubeconfig --name prod', 'deny'],
    [{ allow: ['aws eks *'] }, 'aws eks list-clusters --endpoint-url=https://x', 'deny'],
    [{ allow: ['aws eks *'] }, 'aws eks list-clusters --query file:///etc/passwd', 'deny'],
    [{ allow: ['az aks *'] }, 'az aks nodepool list -g rg --cluster-name prod -o table', 'allow'],
    [{ allow: ['az aks *'] }, 'az aks list --query @/etc/passwd', 'deny'],
    [{ allow: ['az aks *'] }, 'az aks get-credentials -n prod -g rg', 'deny'],
    [{ allow: ['gcloud container *'] }, 'gcloud container clusters describe prod --region=europe-west1', 'allow'],
    [{ allow: ['gcloud container *'] }, 'gcloud container clusters get-credentials prod', 'deny'],
    [{ allow: ['gcloud container *'] }, 'gcloud container clusters list --flags-file=x', 'deny'],
    [{ extends: 'readonly' }, 'kubectl get pods', 'allow'],
    [{ extends: 'readonly', deny: ['kubectl logs'] }, 'kubectl logs web-0 -n shop', 'deny'],
    [{ extends: 'responder', allow: ['kubectl drain *'] }, 'kubectl drain n7', 'ask'],
  ])('%j: %s: %s', (settings, line, verdict) => {
    expect(verdictOf(settings, line)).toBe(verdict)
  })
})

describe('modes', () => {
  const lists: ProfileSettings = { extends: 'responder', unlisted: 'ask' }
  test.each([
    ['kubectl get pods', 'ask', 'allow', 'allow'],
    ['kubectl drain n7', 'ask', 'ask', 'allow'],
    ['kubectl drain n7 --dry-run=server', 'ask', 'allow', 'allow'],
    ['kubectl delete deploy web -n shop', 'ask', 'ask', 'allow'],
    ['kubectl delete pod web-0 --force -n shop', 'ask', 'ask', 'allow'],
    ['kubectl drain n7 n8', 'deny', 'deny', 'deny'],
    ['kubectl delete ns shop', 'deny', 'deny', 'deny'],
    ['kubectl delete pod web-0 -n kube-system', 'deny', 'deny', 'deny'],
    ['kubectl get secrets', 'deny', 'deny', 'deny'],
    ['kubectl get pods | sh', 'deny', 'deny', 'deny'],
    ['kubectl exec web-0 -n shop -- id', 'deny', 'deny', 'deny'],
    ['make build', 'deny', 'deny', 'deny'],
    ['kubectl apply -f /workspace/not-seen.yaml', 'ask', 'ask', 'ask'],
  ])('%s: off %s, auto %s, turbo %s', (line, ...verdicts) => {
    expect((['off', 'auto', 'turbo'] as const).map((mode) => verdictOf({ ...lists, mode }, line))).toEqual(verdicts)
  })
})

test.each<[string, ProfileSettings, RegExp]>([
  ['a parent that is not there', { extends: 'nobody' }, /extends nobody/],
  ['a command that cannot be judged', { allow: ['kubectl exec *'] }, /no such command/],
  ['a program that runs anything', { allow: ['bash *'] }, /never be allowed/],
  ['a wrapper', { ask: ['sudo *'] }, /never be allowed/],
  ['a path for a program', { allow: ['./run *'] }, /bare name/],
  ['a star for a program', { allow: ['*'] }, /bare name/],
  ['shell syntax', { allow: ['make build; id'] }, /plain words/],
  ['a flag of a program with a grammar', { allow: ['kubectl get --all-namespaces'] }, /is a flag/],
  ['nothing', { allow: [''] }, /plain words|bare name/],
])('a profile is refused for %s', (_, settings, says) => {
  expect(() => compileProfiles({ mine: settings }, SHIPPED_PROFILES)).toThrow(says)
})

test('a shipped profile is not replaced by one of its name', () => {
  expect(() => compileProfiles({ readonly: { allow: ['make *'] } }, SHIPPED_PROFILES)).toThrow(/of this name/)
})
