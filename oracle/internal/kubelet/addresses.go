package kubelet

import (
	"fmt"
	"sync"
)

// addressPool gives pod addresses out of 10.244.0.0/16. Nothing listens there; they only have to differ.
type addressPool struct {
	mu   sync.Mutex
	used map[string]bool
	next int
}

func (a *addressPool) take() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.used == nil {
		a.used = map[string]bool{}
	}
	const hosts = 1<<16 - 2
	for {
		a.next = a.next%hosts + 1
		address := fmt.Sprintf("10.244.%d.%d", a.next>>8, a.next&255)
		if !a.used[address] {
			a.used[address] = true
			return address
		}
	}
}

func (a *addressPool) release(address string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.used, address)
}
