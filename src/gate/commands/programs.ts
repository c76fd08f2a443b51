/** The programs that commands may name, each with its grammar. */

import { CURL } from './clouds/curl.ts'
import { ARGOCD, FLUX } from './clouds/gitops-tools.ts'
import { AWS_PROGRAM, AZ_PROGRAM, GCLOUD_PROGRAM } from './clouds/vendors.ts'
import { FILE_READERS } from './files.ts'
import { GIT } from './git/program.ts'
import type { Program } from './grammar.ts'
import { HELM } from './helm.ts'
import { KUBECTL } from './kubectl/program.ts'

export const PROGRAMS: Readonly<Record<string, Program>> = {
  kubectl: KUBECTL,
  helm: HELM,
  git: GIT,
  argocd: ARGOCD,
  flux: FLUX,
  aws: AWS_PROGRAM,
  az: AZ_PROGRAM,
  gcloud: GCLOUD_PROGRAM,
  curl: CURL,
  ...FILE_READERS,
}
