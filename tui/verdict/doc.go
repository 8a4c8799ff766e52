// Package verdict has the last word of `go test ./...`: what was not tried because
// it is not installed. It stands below tui for its place in the order only, and holds
// nothing but a test.
package verdict
