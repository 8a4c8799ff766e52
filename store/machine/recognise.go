package machine

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/internal/chars"
)

// knownBy says how a device was recognised; the zero value: not at all.
type knownBy int

// The ways to recognise a device, the surest first.
const (
	bySelf     knownBy = iota + 1 // its own secret is the credential
	BySecret                      // a key says its secret
	ByMAC                         // an address that identifies
	byHostname                    // a name that identifies, where neither side has such an address
	byCaller                      // by nothing but who registers it and for whom
)

// Known is a device that a registration found, with who speaks for it. Without id
// it is one that nobody knows yet.
type Known struct {
	By              knownBy
	ID, Client, Key int64
	Secret          string
	ours            bool // registered through us, not before adoption
	hostname, mac   string
	// Anonymous devices are found again by who registers them only.
	Anonymous bool
}

// Caller is who registers.
type Caller struct {
	Device  bool   // a device that speaks for itself
	Legacy  bool   // a caller of the old days, without a credential
	Trusted bool   // may say whose a device is
	ID      int64  // of the device or key
	Ref     string // who it is, for as long as it exists
	IP      string
}

// Finder looks for the device that a caller's machine is.
type Finder struct {
	engine.Q
	Caller Caller
}

// Recognise finds the device that a machine is: by its secret; else by its MAC;
// else, where neither side has one, by its hostname. Where these identify nobody,
// or more than one, it is the device that the same caller registered so for the
// same client. The error is ErrForeignDevice where the machine is known and not the
// caller's; the device is told even then.
func (f *Finder) Recognise(ctx context.Context, w Identity, r Registro) (Known, error) {
	if f.Caller.Device {
		k, err := f.DeviceWhere(ctx, "d.id = ?", f.Caller.ID)
		k.By = bySelf
		return k, err
	}
	looks := []func(context.Context, Identity, Registro) (k Known, settled bool, err error){f.findBySecret, f.findByMAC, f.findByHostname}
	for _, look := range looks {
		if k, settled, err := look(ctx, w, r); err != nil || settled {
			return k, err
		}
	}
	return f.findByCaller(ctx, w, r)
}

func (f *Finder) findBySecret(ctx context.Context, _ Identity, r Registro) (k Known, settled bool, err error) {
	if r.SegredoSHA256 == "" {
		return k, false, nil
	}
	k, err = f.DeviceWhere(ctx, "m.segredo_hash = ?", r.SegredoSHA256)
	k.By = BySecret
	return k, k.ID != 0, err
}

// findByMAC meets three cases: one device has the address; several machines have
// it, and the name tells which; devices of others have it, and the name says
// whether this is one of them.
func (f *Finder) findByMAC(ctx context.Context, w Identity, r Registro) (k Known, settled bool, err error) {
	if w.mac == "" {
		return k, false, nil
	}
	all, err := f.devices(ctx, MACCond[f.Kind()], w.mac)
	if err != nil {
		return k, false, err
	}
	all = slices.DeleteFunc(all, func(k Known) bool { return storedMAC(k.mac) != w.mac })
	mine, others := f.split(all, r)
	switch {
	case len(all) == 0:
		return k, !w.loose, nil
	case len(mine) == 0 && slices.ContainsFunc(others, w.mayBe):
		return others[slices.IndexFunc(others, w.mayBe)], true, ErrForeignDevice
	case len(mine) == 0:
		return k, true, nil
	}
	shared, err := f.sharedMAC(ctx, all, mine[0], w, r)
	if err != nil {
		return k, false, err
	}
	if shared {
		mine = slices.DeleteFunc(
			mine,
			func(k Known) bool { return w.hostname == "" || HostnameKey(k.hostname) != w.hostname || !r.fits(k) },
		)
		if len(mine) != 1 {
			return k, false, nil
		}
	}
	k = mine[0]
	k.By = ByMAC
	return k, true, nil
}

// mayBe says that nothing tells the machine and a device with its MAC apart.
func (w Identity) mayBe(k Known) bool {
	name := HostnameKey(k.hostname)
	return name == "" || w.hostname == "" || name == w.hostname
}

// fits says that a device is not another client's than the one declared.
func (r *Registro) fits(k Known) bool {
	return r.ClienteID == 0 || k.Client == 0 || r.ClienteID == k.Client
}

// sharedMAC says that an address is of several machines, as a dock's is: devices
// with it differ; or its device had the name that it comes with now, and has
// another one since (who renames a machine does not take turns); or name and client
// both are others, and nobody who may say so moves it.
func (f *Finder) sharedMAC(ctx context.Context, all []Known, mine Known, w Identity, r Registro) (bool, error) {
	for _, k := range all[1:] {
		if HostnameKey(k.hostname) != HostnameKey(all[0].hostname) || k.Client != all[0].Client {
			return true, nil
		}
	}
	if w.mayBe(mine) {
		return false, nil
	}
	if !f.Caller.Trusted && !r.fits(mine) {
		return true, nil
	}
	var n int
	err := f.Get(ctx, []any{&n}, `SELECT count(*) FROM monitor_nomes_antigos n JOIN dispositivos d ON d.id = n.dispositivo_id
		AND AS_TEXT(d.data_registro) = n.data_registro WHERE n.dispositivo_id = ? AND n.hostname = ?`, mine.ID, w.hostname)
	return n > 0, err
}

// findByHostname knows machines without a MAC. Another client's is another one.
func (f *Finder) findByHostname(ctx context.Context, w Identity, r Registro) (k Known, settled bool, err error) {
	if w.hostname == "" || (w.mac != "" && !w.loose) {
		return k, false, nil
	}
	all, err := f.devicesByHostname(ctx, w.hostname, r.ClienteID)
	if err != nil {
		return k, false, err
	}
	all = slices.DeleteFunc(all, func(k Known) bool {
		mac := storedMAC(k.mac)
		return HostnameKey(k.hostname) != w.hostname || (mac != "" && !looseMAC(mac)) || !r.fits(k)
	})
	mine, _ := f.split(all, r)
	switch {
	case len(all) == 0:
		return k, true, nil
	case len(mine) == 0:
		return all[0], true, ErrForeignDevice
	}
	at := slices.IndexFunc(mine, func(k Known) bool { return k.Client == r.ClienteID })
	if at < 0 && slices.ContainsFunc(mine, func(k Known) bool { return k.Client != mine[0].Client }) {
		return k, false, nil // it does not say which client's it is
	}
	k = mine[max(at, 0)]
	k.By = byHostname
	return k, true, nil
}

// findByCaller knows what identifies nobody. Who calls with a secret is none of the
// machines that have another one.
func (f *Finder) findByCaller(ctx context.Context, w Identity, r Registro) (Known, error) {
	all, err := f.devices(ctx, `d.id IN (SELECT a.dispositivo_id FROM monitor_anonimos a JOIN dispositivos k ON k.id = a.dispositivo_id
		AND AS_TEXT(k.data_registro) = a.data_registro WHERE a.marca = ?)`, f.CallersMark(w, r))
	if err != nil {
		return Known{}, err
	}
	if len(all) == 0 && f.Caller.Legacy {
		if all, err = f.fromBefore(ctx, w, r); err != nil {
			return Known{}, err
		}
	}
	k := Known{}
	if mine, _ := f.split(all, r); len(mine) > 0 {
		k = mine[0]
	}
	k.By, k.Anonymous = byCaller, true
	return k, nil
}

// fromBefore finds what the Flask system registered from the caller's address.
func (f *Finder) fromBefore(ctx context.Context, w Identity, r Registro) ([]Known, error) {
	name, _, _ := strings.Cut(w.said, "\n")
	all, err := f.devices(ctx, HostnameCond[f.Kind()]+" AND d.ip_publico = ? AND coalesce(d.cliente_id, 0) = ?",
		append(spellings(cmp.Or(name, "desconhecido")), chars.Truncate(f.Caller.IP, 45), r.ClienteID)...)
	return slices.DeleteFunc(all, func(k Known) bool { return k.ours || storedMAC(k.mac) != "" || HostnameKey(k.hostname) != "" }), err
}

// CallersMark stands for a machine that is told by who registers it, for whom, and
// what it says of itself.
func (f *Finder) CallersMark(w Identity, r Registro) string {
	who := f.Caller.Ref
	if f.Caller.Legacy {
		who = "endereço:" + f.Caller.IP
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{who, strconv.FormatInt(r.ClienteID, 10), w.said}, "\n")))
	return hex.EncodeToString(sum[:])
}

// KnowByCaller notes that a device is found again by who registers it.
func (f *Finder) KnowByCaller(ctx context.Context, id int64, mark string) error {
	if err := f.Later(ctx, "DELETE FROM monitor_anonimos WHERE dispositivo_id = ?", id); err != nil {
		return err
	}
	return f.Later(
		ctx,
		"INSERT INTO monitor_anonimos(dispositivo_id, data_registro, marca) SELECT d.id, AS_TEXT(d.data_registro), ? FROM dispositivos d WHERE d.id = ?",
		mark,
		id,
	)
}

// LockedBy are the names under which nobody else may look for this machine now.
func (f *Finder) LockedBy(w Identity, r Registro) []string {
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
		list = append(list, "marca:"+f.CallersMark(w, r))
	}
	return list
}

// split parts the devices that the caller may register from the others. What has a
// key or a secret of its own comes last: it says who it is, and what else it says
// must not draw another machine to it.
func (f *Finder) split(all []Known, r Registro) (mine, others []Known) {
	for _, k := range all {
		if f.MayRegister(k, r.SegredoSHA256) == nil {
			mine = append(mine, k)
		} else {
			others = append(others, k)
		}
	}
	slices.SortStableFunc(mine, func(a, b Known) int { return cmp.Compare(a.bound(), b.bound()) })
	return mine, others
}

// bound orders by how much a device has of its own.
func (k *Known) bound() int {
	switch {
	case k.Secret != "":
		return 2
	case k.Key != 0:
		return 1
	default:
		return 0
	}
}

// What finds candidates by an index; Go compares them whole. MySQL has columns of
// ours for it.
var (
	MACCond = map[engine.Kind]string{
		engine.SQLite:   macExpr,
		engine.Postgres: macExpr,
		engine.MySQL:    "d.monitor_mac = ?",
	}
	HostnameCond = map[engine.Kind]string{
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

func (f *Finder) devicesByHostname(ctx context.Context, name string, client int64) ([]Known, error) {
	if client == 0 {
		return f.devices(ctx, HostnameCond[f.Kind()], spellings(name)...)
	}
	return f.devices(ctx, HostnameCond[f.Kind()]+" AND (d.cliente_id = ? OR d.cliente_id IS NULL)", append(spellings(name), client)...)
}

// maxCandidates bounds what one registration reads.
const maxCandidates = 1000

// devices reads the devices that cond selects, by id.
func (f *Finder) devices(ctx context.Context, cond string, args ...any) (list []Known, err error) {
	rows, err := f.Rows(
		ctx,
		`SELECT d.id, coalesce(d.cliente_id, 0), d.hostname, d.mac_address, coalesce(m.chave_id, 0), m.segredo_hash, m.dispositivo_id IS NOT NULL
		FROM dispositivos d LEFT JOIN monitor_dispositivos m ON m.dispositivo_id = d.id AND m.data_registro = AS_TEXT(d.data_registro)
		WHERE `+cond+" ORDER BY d.id LIMIT ?",
		append(args, maxCandidates)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var k Known
		if err := rows.Scan(&k.ID, &k.Client, engine.AsText(&k.hostname), engine.AsText(&k.mac), &k.Key, engine.AsText(&k.Secret), &k.ours); err != nil {
			return nil, engine.Translate(err)
		}
		list = append(list, k)
	}
	return list, engine.Translate(rows.Err())
}

// DeviceWhere reads one device, or none.
func (f *Finder) DeviceWhere(ctx context.Context, cond string, arg any) (Known, error) {
	list, err := f.devices(ctx, cond, arg)
	if err != nil || len(list) == 0 {
		return Known{}, err
	}
	return list[0], nil
}

// ErrForeignDevice says that a device is there and not the caller's.
var ErrForeignDevice = fault.Rule(
	fault.ErrForbidden,
	"dispositivo_de_outro",
	"Este dispositivo já está registrado com outra credencial; peça a um administrador que o libere",
)

// MayRegister protects a device from being taken over by its name: the second
// column of the table in dispositivos_register.go of the store.
func (f *Finder) MayRegister(k Known, secret string) error {
	var free bool
	switch {
	case f.Caller.Device || f.Caller.Trusted:
		return nil
	case f.Caller.Legacy:
		free = k.Secret == "" && k.Key == 0
	case k.Secret != "":
		free = secret == k.Secret && k.Key == f.Caller.ID
	default:
		free = !k.ours || k.Key == f.Caller.ID
	}
	if !free {
		return ErrForeignDevice
	}
	return nil
}
