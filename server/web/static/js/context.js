import { createContext, useContext } from './ui.js'

// PageContext is what the frame hands down. It has a file of its own, so that the
// frame's parts need not import the frame.
export const PageContext = createContext(null)

// usePage gives every component of a page { viewer, may, toast }: who is there, what
// to offer, and toast(text, undo) for a passing notice.
export const usePage = () => useContext(PageContext)
