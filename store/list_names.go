package store

import "example.com/monitor/store/list"

// Pagina is list.Pagina.
type Pagina[T any] = list.Pagina[T]
