// Package guess counts guesses at passwords in the database, per account and per address, so
// that restarts and other processes do not forget them, and says how long nobody may try.
//
// A guess is counted
// before its hash is computed: however many come at once, from however many
// processes, only those that a counter lets pass cost a computation. A password
// that was right gives its count back.
//
// What an account's counter is named after is the address that was typed, so that
// unknown ones behave like known ones. Whoever guesses can make a counter refuse,
// and with it the owner of the account; three things bound that. Sessions that are
// open go on, and their people change their passwords by a counter of their own.
// Places from which a person logged in lately share a counter that guesses from
// elsewhere do not touch. And administrators lift what is left (Bloqueio).
// Somebody at the person's own place, who sees both counters from two places, could
// tell from it that the account exists; that is the price of the second point.
//
// It stands alone because counting needs no actor and no audit: who is asked for a password,
// and who may lift a counter, is the store's.
package guess
