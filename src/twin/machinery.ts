/** What runs in a full twin: every controller and the virtual kubelets, with the world control over them. */

import type { Machinery } from './compose-twin.ts'
import type { Forkable } from './controller.ts'
import { defaultControllers } from './controllers/registry.ts'
import { KUBELET_NAME } from './kubelet/liveness.ts'
import { collectLogs, readLog } from './kubelet/logs.ts'
import type { KubeletState } from './kubelet/state.ts'
import type { Simulation } from './simulation.ts'
import { createWorldControl } from './world-control.ts'

export function fullMachinery(): Machinery {
  const controllers = defaultControllers()
  return {
    controllers,
    attach(simulation, store) {
      const state = kubeletState(controllers, simulation)
      return { control: createWorldControl({ simulation, store, state }), readLog: (query) => readLog(state, query), logs: () => collectLogs(state) }
    },
  }
}

function kubeletState(controllers: Machinery['controllers'], simulation: Simulation): KubeletState {
  const kubelet = controllers.find(({ name }) => name === KUBELET_NAME)
  return simulation.stateOf(kubelet as NonNullable<typeof kubelet>) as Forkable as KubeletState
}
