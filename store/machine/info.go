package machine

import (
	"encoding/hex"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"example.com/monitor/store/fault"
	"example.com/monitor/store/internal/chars"
	"example.com/monitor/store/record"
)

// Registro is what a device says of itself.
type Registro struct {
	Info          record.Objeto // system_info as it came, kept whole: at most 64 KiB, depth 8
	ClienteID     int64         // 0: not said
	SegredoSHA256 string        // hex; of the device's own secret, "" for old callers
}

// Info are the keys of system_info that have columns. Values of any JSON
// type are taken as text, as the Flask system did.
type Info map[string]any

// Text gives the first of keys that is there, cut to what its column holds.
func (m Info) Text(max int, keys ...string) string {
	return chars.Truncate(m.whole(keys...), max)
}

// whole gives the first of keys that is there.
func (m Info) whole(keys ...string) string {
	for _, k := range keys {
		switch v := m[k].(type) {
		case string:
			if s := strings.TrimSpace(strings.ReplaceAll(v, "\x00", "")); s != "" {
				return s
			}
		case nil:
		case json.Number:
			return v.String()
		default:
			b, _ := json.Marshal(v) //nolint:errchkjson // it came from JSON
			return string(b)
		}
	}
	return ""
}

// Flag gives a yes or no that came as any JSON type.
func (m Info) Flag(key string) bool {
	switch v := m[key].(type) {
	case bool:
		return v
	case string:
		return v != "" && !strings.EqualFold(v, "false") && v != "0"
	case json.Number:
		return v.String() != "0"
	default:
		return false
	}
}

// Parse checks a registration and reads its keys.
func (r *Registro) Parse() (Info, error) {
	if p := record.ObjectProblem(r.Info); p != "" {
		return nil, fault.Invalid("system_info", p)
	}
	if h, err := hex.DecodeString(r.SegredoSHA256); err != nil || (r.SegredoSHA256 != "" && len(h) != 32) {
		return nil, fault.Invalid("segredo_sha256", "Envie o SHA-256 do segredo em 64 dígitos hexadecimais")
	}
	info := Info{}
	if len(r.Info) == 0 {
		return info, nil
	}
	dec := json.NewDecoder(strings.NewReader(string(r.Info)))
	dec.UseNumber()
	if err := dec.Decode(&info); err != nil {
		return nil, fault.Invalid("system_info", "Informe um objeto JSON")
	}
	return info, nil
}

// MAC is what the column keeps: the address as it came, or its digits where it is
// longer than the column, but never a part of it.
func (m Info) MAC() string {
	mac := m.whole("mac_address")
	if utf8.RuneCountInString(mac) >= macWidth {
		return MACKey(mac)
	}
	return mac
}
