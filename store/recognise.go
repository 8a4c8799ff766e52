package store

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/internal/chars"
)

// knownBy says how a device was recognised; the zero value: not at all.
type knownBy int

const (
	bySelf     knownBy = iota + 1 // its own secret is the credential
	bySecret                      // a key says its secret
	byMAC                         // an address that identifies
	byHostname                    // a name that identifies, where neither side has such an address
	byCaller                      // by nothing but who registers it and for whom
)

// known is a device that a registration found, with who speaks for it. Without id
// it is one that nobody knows yet.
type known struct {
	by                 knownBy
	id, cliente, chave int64
	segredo            string
	nosso              bool // registered through us, not before adoption
	hostname, mac      string
	// anonymous devices are found again by who registers them only.
	anonymous bool
}

// recognise finds the device that a machine is: by its secret; else by its MAC;
// else, where neither side has one, by its hostname. Where these identify nobody,
// or more than one, it is the device that the same caller registered so for the
// same client. The error is ErrForbidden where the machine is known and not the
// caller's; the device is told even then.
func (t *tx) recognise(ctx context.Context, w identity, r Registro) (known, error) {
	if t.actor.kind == kindDevice {
		k, err := t.deviceWhere(ctx, "d.id = ?", t.actor.id)
		k.by = bySelf
		return k, err
	}
	looks := []func(context.Context, identity, Registro) (k known, settled bool, err error){t.findBySecret, t.findByMAC, t.findByHostname}
	for _, look := range looks {
		if k, settled, err := look(ctx, w, r); err != nil || settled {
			return k, err
		}
	}
	return t.findByCaller(ctx, w, r)
}

func (t *tx) findBySecret(ctx context.Context, _ identity, r Registro) (k known, settled bool, err error) {
	if r.SegredoSHA256 == "" {
		return k, false, nil
	}
	k, err = t.deviceWhere(ctx, "m.segredo_hash = ?", r.SegredoSHA256)
	k.by = bySecret
	return k, k.id != 0, err
}

// findByMAC meets three cases: one device has the address; several machines have
// it, and the name tells which; devices of others have it, and the name says
// whether this is one of them.
func (t *tx) findByMAC(ctx context.Context, w identity, r Registro) (k known, settled bool, err error) {
	if w.mac == "" {
		return k, false, nil
	}
	all, err := t.devices(ctx, macCond[t.Kind()], w.mac)
	if err != nil {
		return k, false, err
	}
	all = slices.DeleteFunc(all, func(k known) bool { return storedMAC(k.mac) != w.mac })
	mine, others := t.split(all, r)
	switch {
	case len(all) == 0:
		return k, !w.loose, nil
	case len(mine) == 0 && slices.ContainsFunc(others, w.mayBe):
		return others[slices.IndexFunc(others, w.mayBe)], true, errForeignDevice
	case len(mine) == 0:
		return k, true, nil
	}
	shared, err := t.sharedMAC(ctx, all, mine[0], w, r)
	if err != nil {
		return k, false, err
	}
	if shared {
		mine = slices.DeleteFunc(mine, func(k known) bool { return w.hostname == "" || hostnameKey(k.hostname) != w.hostname || !r.fits(k) })
		if len(mine) != 1 {
			return k, false, nil
		}
	}
	k = mine[0]
	k.by = byMAC
	return k, true, nil
}

// mayBe says that nothing tells the machine and a device with its MAC apart.
func (w identity) mayBe(k known) bool {
	name := hostnameKey(k.hostname)
	return name == "" || w.hostname == "" || name == w.hostname
}

// fits says that a device is not another client's than the one declared.
func (r *Registro) fits(k known) bool {
	return r.ClienteID == 0 || k.cliente == 0 || r.ClienteID == k.cliente
}

// sharedMAC says that an address is of several machines, as a dock's is: devices
// with it differ; or its device had the name that it comes with now, and has
// another one since (who renames a machine does not take turns); or name and client
// both are others, and nobody who may say so moves it.
func (t *tx) sharedMAC(ctx context.Context, all []known, mine known, w identity, r Registro) (bool, error) {
	for _, k := range all[1:] {
		if hostnameKey(k.hostname) != hostnameKey(all[0].hostname) || k.cliente != all[0].cliente {
			return true, nil
		}
	}
	if w.mayBe(mine) {
		return false, nil
	}
	if !t.trusted() && !r.fits(mine) {
		return true, nil
	}
	var n int
	err := t.Get(ctx, []any{&n}, `SELECT count(*) FROM monitor_nomes_antigos n JOIN dispositivos d ON d.id = n.dispositivo_id
		AND AS_TEXT(d.data_registro) = n.data_registro WHERE n.dispositivo_id = ? AND n.hostname = ?`, mine.id, w.hostname)
	return n > 0, err
}

// findByHostname knows machines without a MAC. Another client's is another one.
func (t *tx) findByHostname(ctx context.Context, w identity, r Registro) (k known, settled bool, err error) {
	if w.hostname == "" || (w.mac != "" && !w.loose) {
		return k, false, nil
	}
	all, err := t.devicesByHostname(ctx, w.hostname, r.ClienteID)
	if err != nil {
		return k, false, err
	}
	all = slices.DeleteFunc(all, func(k known) bool {
		mac := storedMAC(k.mac)
		return hostnameKey(k.hostname) != w.hostname || (mac != "" && !looseMAC(mac)) || !r.fits(k)
	})
	mine, _ := t.split(all, r)
	switch {
	case len(all) == 0:
		return k, true, nil
	case len(mine) == 0:
		return all[0], true, errForeignDevice
	}
	at := slices.IndexFunc(mine, func(k known) bool { return k.cliente == r.ClienteID })
	if at < 0 && slices.ContainsFunc(mine, func(k known) bool { return k.cliente != mine[0].cliente }) {
		return k, false, nil // it does not say which client's it is
	}
	k = mine[max(at, 0)]
	k.by = byHostname
	return k, true, nil
}

// findByCaller knows what identifies nobody. Who calls with a secret is none of the
// machines that have another one.
func (t *tx) findByCaller(ctx context.Context, w identity, r Registro) (known, error) {
	all, err := t.devices(ctx, `d.id IN (SELECT a.dispositivo_id FROM monitor_anonimos a JOIN dispositivos k ON k.id = a.dispositivo_id
		AND AS_TEXT(k.data_registro) = a.data_registro WHERE a.marca = ?)`, t.callersMark(w, r))
	if err != nil {
		return known{}, err
	}
	if len(all) == 0 && t.actor.kind == kindLegacy {
		if all, err = t.fromBefore(ctx, w, r); err != nil {
			return known{}, err
		}
	}
	k := known{}
	if mine, _ := t.split(all, r); len(mine) > 0 {
		k = mine[0]
	}
	k.by, k.anonymous = byCaller, true
	return k, nil
}

// fromBefore finds what the Flask system registered from the caller's address.
func (t *tx) fromBefore(ctx context.Context, w identity, r Registro) ([]known, error) {
	name, _, _ := strings.Cut(w.said, "\n")
	all, err := t.devices(ctx, hostnameCond[t.Kind()]+" AND d.ip_publico = ? AND coalesce(d.cliente_id, 0) = ?",
		append(spellings(orDefault(name, "desconhecido")), chars.Truncate(t.actor.IP, 45), r.ClienteID)...)
	return slices.DeleteFunc(all, func(k known) bool { return k.nosso || storedMAC(k.mac) != "" || hostnameKey(k.hostname) != "" }), err
}

// callersMark stands for a machine that is told by who registers it, for whom, and
// what it says of itself.
func (t *tx) callersMark(w identity, r Registro) string {
	who := t.actor.ref()
	if t.actor.kind == kindLegacy {
		who = "endereço:" + t.actor.IP
	}
	return sha256Hex(strings.Join([]string{who, idText(r.ClienteID), w.said}, "\n"))
}

func (t *tx) knowByCaller(ctx context.Context, id int64, marca string) error {
	if err := t.Later(ctx, "DELETE FROM monitor_anonimos WHERE dispositivo_id = ?", id); err != nil {
		return err
	}
	return t.Later(ctx, "INSERT INTO monitor_anonimos(dispositivo_id, data_registro, marca) SELECT d.id, AS_TEXT(d.data_registro), ? FROM dispositivos d WHERE d.id = ?", marca, id)
}

// lockedBy are the names under which nobody else may look for this machine now.
func (t *tx) lockedBy(w identity, r Registro) []string {
	var list []string
	if r.SegredoSHA256 != "" {
		list = append(list, "segredo:"+r.SegredoSHA256)
	}
	if w.mac != "" {
		list = append(list, "mac:"+w.mac)
	}
	switch {
	case w.mac != "" && !w.loose:
	case w.hostname != "":
		list = append(list, "hostname:"+w.hostname)
	default:
		list = append(list, "marca:"+t.callersMark(w, r))
	}
	return list
}

// split parts the devices that the caller may register from the others. What has a
// key or a secret of its own comes last: it says who it is, and what else it says
// must not draw another machine to it.
func (t *tx) split(all []known, r Registro) (mine, others []known) {
	for _, k := range all {
		if t.mayRegister(k, r.SegredoSHA256) == nil {
			mine = append(mine, k)
		} else {
			others = append(others, k)
		}
	}
	slices.SortStableFunc(mine, func(a, b known) int { return cmp.Compare(a.bound(), b.bound()) })
	return mine, others
}

// bound orders by how much a device has of its own.
func (k *known) bound() int {
	switch {
	case k.segredo != "":
		return 2
	case k.chave != 0:
		return 1
	default:
		return 0
	}
}

// What finds candidates by an index; Go compares them whole. MySQL has columns of
// ours for it.
var (
	macCond = map[engine.Kind]string{
		engine.SQLite:   macExpr,
		engine.Postgres: macExpr,
		engine.MySQL:    "d.monitor_mac = ?",
	}
	hostnameCond = map[engine.Kind]string{
		engine.SQLite:   hostnameExpr,
		engine.Postgres: hostnameExpr,
		engine.MySQL:    "d.monitor_hostname IN (?, ?, ?)",
	}
)

const (
	macExpr      = "lower(replace(replace(replace(replace(substr(d.mac_address, 1, 32), ':', ''), '-', ''), '.', ''), ' ', '')) = ?"
	hostnameExpr = "lower(trim(substr(d.hostname, 1, 100))) IN (?, ?, ?)"
)

// spellings are how lower() of any engine and locale may leave a name: some know
// letters of ASCII only.
func spellings(name string) []any {
	lower := strings.ToLower(name)
	return []any{lower, chars.LowerASCII(name), chars.LowerASCII(strings.ToUpper(name))}
}

func (t *tx) devicesByHostname(ctx context.Context, name string, cliente int64) ([]known, error) {
	if cliente == 0 {
		return t.devices(ctx, hostnameCond[t.Kind()], spellings(name)...)
	}
	return t.devices(ctx, hostnameCond[t.Kind()]+" AND (d.cliente_id = ? OR d.cliente_id IS NULL)", append(spellings(name), cliente)...)
}

// maxCandidates bounds what one registration reads.
const maxCandidates = 1000

// devices reads the devices that cond selects, by id.
func (t *tx) devices(ctx context.Context, cond string, args ...any) (list []known, err error) {
	rows, err := t.Rows(ctx, `SELECT d.id, coalesce(d.cliente_id, 0), d.hostname, d.mac_address, coalesce(m.chave_id, 0), m.segredo_hash, m.dispositivo_id IS NOT NULL
		FROM dispositivos d LEFT JOIN monitor_dispositivos m ON m.dispositivo_id = d.id AND m.data_registro = AS_TEXT(d.data_registro)
		WHERE `+cond+" ORDER BY d.id LIMIT ?", append(args, maxCandidates)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var k known
		if err := rows.Scan(&k.id, &k.cliente, engine.AsText(&k.hostname), engine.AsText(&k.mac), &k.chave, engine.AsText(&k.segredo), &k.nosso); err != nil {
			return nil, engine.Translate(err)
		}
		list = append(list, k)
	}
	return list, engine.Translate(rows.Err())
}

// deviceWhere reads one device, or none.
func (t *tx) deviceWhere(ctx context.Context, cond string, arg any) (known, error) {
	list, err := t.devices(ctx, cond, arg)
	if err != nil || len(list) == 0 {
		return known{}, err
	}
	return list[0], nil
}
