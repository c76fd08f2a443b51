/**
 * The profiles that ship. `readonly` looks; `responder` makes the reversible changes of an incident and asks about the others;
 * `gitops` proposes changes through a branch; `dev-open` is for clusters whose loss costs an afternoon.
 */

import { compileProfiles, type Profile, type ProfileSettings } from './profile.ts'

const GIT_READS = ['git log *', 'git show *', 'git diff *', 'git status *', 'git blame *', 'git rev-parse *']

const SHIPPED: Readonly<Record<string, ProfileSettings>> = {
  readonly: {
    allow: [
      'kubectl get *', 'kubectl describe *', 'kubectl logs *', 'kubectl top *', 'kubectl events *', 'kubectl explain *', 'kubectl api-resources', 'kubectl api-versions', 'kubectl version', 'kubectl auth can-i *',
      'kubectl auth whoami', 'kubectl rollout status *', 'kubectl rollout history *', 'helm list', 'helm status *', 'helm history *', ...GIT_READS, 'cat *', 'head *', 'tail *', 'wc *', 'ls *', 'grep *', 'date',
    ],
  },
  responder: {
    extends: 'readonly',
    allow: ['kubectl rollout restart deployment *', 'kubectl rollout undo deployment *', { words: 'kubectl scale deployment *', replicas: { min: 1, max: 20 } }, 'kubectl cordon *', 'kubectl uncordon *', 'kubectl delete pod *'],
    ask: [
      'kubectl drain *', 'kubectl delete node *', { words: 'kubectl scale deployment *', replicas: { max: 0 } }, { words: 'kubectl scale deployment *', replicas: { min: 21 } }, 'kubectl scale statefulset *', 'kubectl scale replicaset *',
      'kubectl rollout restart statefulset *', 'kubectl rollout restart daemonset *', 'kubectl rollout undo statefulset *', 'kubectl rollout undo daemonset *', 'kubectl patch *', 'kubectl taint *', 'kubectl label *', 'kubectl annotate *',
      'kubectl set image *', 'kubectl apply *', 'helm rollback *',
    ],
    // One node at a time: a second drain or loss may be the one that a budget cannot see.
    deny: [{ words: 'kubectl drain *', objectsMin: 2 }, { words: 'kubectl delete node *', objectsMin: 2 }],
  },
  gitops: { allow: [...GIT_READS, 'git switch oncall/*', 'git add *', 'git commit'], ask: ['git push origin oncall/*'] },
  'dev-open': {
    extends: 'responder',
    allow: ['kubectl delete deployment *'],
    // Secrets need no line: no profile reads or changes them.
    deny: ['kubectl delete namespace', 'kubectl delete persistentvolumeclaim', 'kubectl exec'],
    turboFor: ['kubectl'],
  },
}

export const SHIPPED_PROFILES: ReadonlyMap<string, Profile> = compileProfiles(SHIPPED)
