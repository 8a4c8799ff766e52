package list

// EveryID walks a list by its cursors, to its end or until there are more than limit.
func EveryID[T any](limit int, next func(cursor string) (Pagina[T], error), id func(*T) int64) (ids []int64, err error) {
	for cursor := ""; ; {
		page, err := next(cursor)
		if err != nil {
			return nil, err
		}
		for i := range page.Itens {
			ids = append(ids, id(&page.Itens[i]))
		}
		if page.Proximo == "" || len(ids) > limit {
			return ids, nil
		}
		cursor = page.Proximo
	}
}
