package machine

import (
	"context"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/internal/chars"
)

// maxHostnames bounds how many former names of a device are kept.
const maxHostnames = 50

// RememberHostname keeps a name that a device had: when it comes back while
// another is in use, two machines share what the device is known by.
func RememberHostname(ctx context.Context, q engine.Q, id int64, hostname string) error {
	if hostname == "" {
		return nil
	}
	var n int
	err := q.Get(ctx, []any{&n}, "SELECT count(*) FROM monitor_nomes_antigos WHERE dispositivo_id = ?", id)
	if err != nil || n >= maxHostnames {
		return err
	}
	if err := q.Later(ctx, "DELETE FROM monitor_nomes_antigos WHERE dispositivo_id = ? AND hostname = ?", id, hostname); err != nil {
		return err
	}
	return q.Later(
		ctx,
		"INSERT INTO monitor_nomes_antigos(dispositivo_id, data_registro, hostname) SELECT d.id, AS_TEXT(d.data_registro), ? FROM dispositivos d WHERE d.id = ?",
		hostname,
		id,
	)
}

// NamedByPerson says that the name of a device is not the machine's to change.
func NamedByPerson(ctx context.Context, q engine.Q, id int64) (given bool, err error) {
	err = q.Get(ctx, []any{&given}, `SELECT EXISTS (SELECT 1 FROM monitor_nomes_dados n JOIN dispositivos d ON d.id = n.dispositivo_id
		AND AS_TEXT(d.data_registro) = n.data_registro WHERE n.dispositivo_id = ?)`, id)
	return given, err
}

// NameByPerson notes that a person named a device.
func NameByPerson(ctx context.Context, q engine.Q, id int64, who string) error {
	if err := q.Later(ctx, "DELETE FROM monitor_nomes_dados WHERE dispositivo_id = ?", id); err != nil {
		return err
	}
	return q.Later(
		ctx,
		"INSERT INTO monitor_nomes_dados(dispositivo_id, data_registro, dado_por) SELECT d.id, AS_TEXT(d.data_registro), ? FROM dispositivos d WHERE d.id = ?",
		chars.Truncate(who, 200),
		id,
	)
}
