// Package machine recognises machines: what a registration says that tells its machine from
// others, which device in the database it is, and what it changes of that device.
//
// It stands alone because it is about machines and not about people: of who calls it knows
// what Caller says, and it reads the devices by the statements that it is handed. Which
// device is whose, and writing it all down with its audit row, are the store's. Addresses
// and names that many machines share identify nobody; why each of them is left out stands
// beside it.
package machine
