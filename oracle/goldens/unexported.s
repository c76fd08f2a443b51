// Functions without a body: see unexported.go.
