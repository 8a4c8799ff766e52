import { html, useId, useState } from './ui.js'
import { Icon } from './icons.js'
import { applyMask } from './masks.js'

// Field is a labelled control with its hint and its error beside it. Further
// properties go to the control.
export function Field({ name, label, value, error, hint, span = '', required, mask, multiline, options, suggestions, onValue, ...rest }) {
  const id = useId()
  const control = {
    ...rest, id, name, value,
    class: 'input',
    'aria-required': required || undefined,
    'aria-invalid': error ? 'true' : undefined,
    'aria-describedby': `${id}-note`,
    onInput: (e) => {
      if (mask && e.inputType !== 'historyUndo') applyMask(e.currentTarget, mask)
      onValue(name, e.currentTarget.value)
    },
  }
  return html`<div class=${`field ${span}`}>
    <label for=${id}>${label}${required && html` <span class="required" aria-hidden="true">*</span>`}</label>
    ${renderControl(control, { multiline, options, suggestions })}
    <div id=${`${id}-note`}>${error ? html`<${FieldError} text=${error} />` : hint && html`<span class="hint">${hint}</span>`}</div>
  </div>`
}

function renderControl(control, { multiline, options, suggestions }) {
  if (multiline) return html`<textarea rows="3" ...${control} />`
  if (options) {
    return html`<select ...${control}>${options.map(([v, text]) => html`<option value=${v} selected=${v === control.value}>${text}</option>`)}</select>`
  }
  if (!suggestions) return html`<input type="text" ...${control} />`
  return html`<input type="text" list=${`${control.id}-list`} ...${control} />
    <datalist id=${`${control.id}-list`}>${suggestions.map((s) => html`<option value=${s} />`)}</datalist>`
}

export function FieldError({ text }) {
  return html`<span class="field-error"><${Icon} name="alert" size=${15} /><span>${text}</span></span>`
}

// PasswordField can show what is typed.
export function PasswordField({ name, label, value, error, hint, autocomplete, required, span = '', onValue, autofocus }) {
  const id = useId()
  const [shown, setShown] = useState(false)
  return html`<div class=${`field ${span}`}>
    <label for=${id}>${label}${required && html` <span class="required" aria-hidden="true">*</span>`}</label>
    <div class="with-button">
      <input id=${id} name=${name} class="input" type=${shown ? 'text' : 'password'} value=${value} autocomplete=${autocomplete}
        autocapitalize="off" spellcheck=${false} autofocus=${autofocus}
        aria-required=${required || undefined} aria-invalid=${error ? 'true' : undefined} aria-describedby=${`${id}-note`}
        onInput=${(e) => onValue(name, e.currentTarget.value)} />
      <button type="button" class="icon-button" aria-label="Mostrar senha" title=${shown ? 'Ocultar senha' : 'Mostrar senha'}
        aria-pressed=${shown ? 'true' : 'false'} onClick=${() => setShown(!shown)}><${Icon} name=${shown ? 'eyeOff' : 'eye'} /></button>
    </div>
    <div id=${`${id}-note`}>${error ? html`<${FieldError} text=${error} />` : hint && html`<span class="hint">${hint}</span>`}</div>
  </div>`
}

// focusFirstError brings the first refused field of a form into view. Call it from
// a layout effect: the focus must move with the message, not under the hands of
// somebody who types already.
export function focusFirstError(form) {
  form?.querySelector('[aria-invalid="true"]')?.focus()
}
