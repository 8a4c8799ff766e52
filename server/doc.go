// Package server is the HTTP door: the REST API under /api/db, the web pages
// and the health probes. It translates requests into operations of the store
// and their errors into answers; it holds no rules of its own.
//
// Decisions that bind this package:
//
//   - All routes stand in one table (server.go) beside the row that says who
//     may call them. The rows are documentation, test data and a coarse guard;
//     which records a caller sees or changes is decided by the store. After a
//     change of them: go test ./server -run TestMatrix -atualizar, which writes
//     docs/papeis.md.
//   - huma reads parameters and writes the OpenAPI document from the same Go
//     types. Bodies are decoded here (decode.go), because huma's decoder stops
//     at the first error, speaks English and echoes what was sent.
//   - Every failure leaves through one function (errors.go): the envelope of the
//     contract, a Portuguese sentence, a stable code, nothing internal.
//   - Authorization headers and API keys never mix with the session cookie; only
//     cookie requests need, and get, the cross-origin check.
package server
