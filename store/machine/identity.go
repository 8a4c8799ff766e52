package machine

import (
	"strings"
	"unicode/utf8"
)

// Identity is what a registration says that tells its machine from others. What
// many machines share is left out.
type Identity struct {
	mac string // the hex digits; "" where it identifies nobody
	// loose says that the machine may say another MAC tomorrow: an equal one is the
	// same machine, another one says nothing.
	loose    bool
	hostname string // without case; "" where it identifies nobody
	said     string // name and MAC as they came, whole
}

// The widths of the columns. A value that fills its column may have been cut, by
// us or by a lax server, and what was cut is never compared.
const (
	macWidth      = 20
	HostnameWidth = 100
)

// Identity is what tells the machine from others.
func (m Info) Identity() Identity {
	name, mac := m.whole("hostname", "computador"), m.whole("mac_address")
	w := Identity{mac: MACKey(mac), hostname: HostnameKey(name), said: strings.ToLower(name) + "\n" + strings.ToLower(mac)}
	if w.loose = looseMAC(w.mac); w.loose {
		w.said = strings.ToLower(name) + "\n"
	}
	return w
}

// MACKey gives the digits of a MAC address (EUI-48 or EUI-64) without case and
// separators, "" for what is none or is no machine's own.
//
// Locally administered addresses count: virtual machines have no others. What
// drivers give to every machine, or derive from a private address, does not.
func MACKey(mac string) string {
	key := strings.ToLower(strings.NewReplacer(":", "", "-", "", ".", "", " ", "").Replace(mac))
	if (len(key) != 12 && len(key) != 16) || strings.Trim(key, "0123456789abcdef") != "" {
		return ""
	}
	if strings.Trim(key, "0") == "" || strings.Trim(key, "f") == "" || everybodysMAC[key] || strings.HasPrefix(key, dockerMAC) {
		return ""
	}
	return key
}

// storedMAC is MACKey of a column's value.
func storedMAC(mac string) string {
	if utf8.RuneCountInString(mac) == macWidth {
		return "" // may have been cut; SQLite keeps longer ones whole
	}
	return MACKey(mac)
}

// dockerMAC begins the addresses that Docker derives from a container's private
// IP: the first container of every host has the same one.
const dockerMAC = "0242ac"

// everybodysMAC are addresses that a driver gives to each machine it runs on.
var everybodysMAC = map[string]bool{
	"020000000000":     true, // what Android and iOS tell programs
	"02004c4f4f50":     true, // loopback adapter of Windows
	"005345000000":     true, // dial-up and VPN of Windows
	"444553540000":     true, // dial-up of older ones
	"00000000000000e0": true, // Teredo, ISATAP
	"00059a3c7800":     true, // Cisco AnyConnect
	"00059a3c7a00":     true,
	"025041000001":     true, // GlobalProtect
	"00090ffe0001":     true, // FortiClient
	"00090faa0001":     true,
}

// looseMAC says that the address is a group's. No card has one: programs draw it
// anew at each start where they find no card, as Python's uuid.getnode does.
func looseMAC(key string) bool {
	return key != "" && strings.IndexByte("13579bdf", key[1]) >= 0
}

// HostnameKey is a hostname without case, "" for one that many machines have or
// that may have been cut.
func HostnameKey(name string) string {
	key := strings.ToLower(strings.TrimSpace(name))
	if utf8.RuneCountInString(key) >= HostnameWidth || utf8.RuneCountInString(name) >= HostnameWidth {
		return ""
	}
	first := key
	for _, domain := range []string{".localdomain", ".local", ".lan", ".home", ".internal"} {
		first = strings.TrimSuffix(first, domain)
	}
	if first == "" || genericNames[first] || strings.Trim(first, "-_.?*0 ") == "" {
		return ""
	}
	return key
}

// genericNames are what a machine is called before anybody names it, or when
// nobody does: defaults of systems, boards, hypervisors and programs.
var genericNames = names(`
	desconhecido desconhecida sem-nome semnome sem_nome nenhum nenhuma unknown none null nil undefined nan n/a na (none) (null)
	localhost localhost4 localhost6 ip6-localhost localhost-live 127.0.0.1 ::1 0.0.0.0 host hostname default padrao
	pc desktop laptop notebook computer computador micro maquina máquina workstation estacao estação client cliente
	user-pc usuario-pc admin-pc owner-pc user usuario usuário admin administrador administrator root home casa teste test
	windows win7 win8 win10 win11 windows-pc linux ubuntu debian fedora centos rocky almalinux archlinux arch kali mint opensuse alpine
	raspberrypi raspberry raspbian orangepi bananapi beaglebone odroid armbian dietpi openwrt lede pfsense opnsense android iphone ipad
	mac macbook macbook-pro macbook-air imac mac-mini vm virtualbox vmware virtual-machine template buildroot busybox`)

func names(list string) map[string]bool {
	set := map[string]bool{}
	for n := range strings.FieldsSeq(list) {
		set[n] = true
	}
	return set
}
