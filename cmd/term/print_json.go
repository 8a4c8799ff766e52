package term

// jsonWriter writes one array, a record per line: valid JSON for any number of
// rows, and readable in a diff.
type jsonWriter[T any] struct {
	o       *Output[T]
	started bool
}

func (w *jsonWriter[T]) Write(rows []T) error {
	var b []byte
	for i := range rows {
		doc, err := w.o.document(&rows[i])
		if err != nil {
			return err
		}
		b = append(b, w.separator()...)
		b = append(b, doc...)
	}
	return w.o.send(b)
}

func (w *jsonWriter[T]) separator() string {
	if w.started {
		return ",\n  "
	}
	w.started = true
	return "[\n  "
}

func (w *jsonWriter[T]) Close() error {
	if !w.started {
		return w.o.send([]byte("[]\n"))
	}
	return w.o.send([]byte("\n]\n"))
}

// ndjsonWriter writes one JSON document per line.
type ndjsonWriter[T any] struct{ o *Output[T] }

func (w *ndjsonWriter[T]) Write(rows []T) error {
	var b []byte
	for i := range rows {
		doc, err := w.o.document(&rows[i])
		if err != nil {
			return err
		}
		b = append(append(b, doc...), '\n')
	}
	return w.o.send(b)
}

func (*ndjsonWriter[T]) Close() error { return nil }
