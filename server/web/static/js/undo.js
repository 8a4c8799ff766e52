import { usePage } from './context.js'
import { undoOnce } from './operations.js'

// useUndo returns what makes the undo of a notice out of a change's number; nothing where the
// change has none. refresh follows it.
export function useUndo(refresh) {
  const { toast } = usePage()
  return (operacao) => operacao && (() => undoOnce(operacao).then(() => {
    refresh()
    toast('A mudança foi desfeita.')
  }, (error) => toast(error.message)))
}
