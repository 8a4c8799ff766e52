package store

import "example.com/monitor/store/clients"

// ClienteFiltro is clients.Filter.
type ClienteFiltro = clients.Filter

// OrdensClientes is clients.Orders.
var OrdensClientes = clients.Orders
