// Package pace is the one place where durations of the simulated side are shortened.
package pace

import (
	"context"
	"time"
)

// Pace divides durations: 1 is real time, 10 is ten times as fast. Values of 0 and below count as 1.
type Pace float64

// Duration of what takes d in a real cluster.
func (p Pace) Duration(d time.Duration) time.Duration {
	return time.Duration(float64(d) / p.factor())
}

// Seconds is Duration for the world file's unit.
func (p Pace) Seconds(seconds float64) time.Duration {
	return p.Duration(time.Duration(seconds * float64(time.Second)))
}

// Unscaled turns a shortened duration back into the one a message of a real kubelet would name.
func (p Pace) Unscaled(d time.Duration) time.Duration {
	return time.Duration(float64(d) * p.factor()).Round(time.Millisecond)
}

// AtLeast shortens d, not below floor: leases and monitors count in seconds and need slack on a busy machine.
func (p Pace) AtLeast(d, floor time.Duration) time.Duration {
	return max(p.Duration(d), min(d, floor))
}

func (p Pace) factor() float64 {
	if p <= 0 {
		return 1
	}
	return float64(p)
}

// Sleep waits for d as it is (not shortened); false when the context ended first.
func Sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
