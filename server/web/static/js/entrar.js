import { html, mount, useEffect, useRef, useState } from './ui.js'
import { forget } from './account.js'
import { request } from './api.js'
import { Field, PasswordField } from './fields.js'
import { Notice } from './dialog.js'
import { PasswordFields, usePasswordForm } from './password.js'

const query = new URLSearchParams(location.search)
const brand = new URL('../icons/monitor.svg', import.meta.url).pathname

// goBack follows voltar only to a page of our own.
function goBack() {
  const voltar = query.get('voltar') ?? ''
  const target = URL.canParse(voltar, location.origin) ? new URL(voltar, location.origin) : location
  // Only path and query are used, so no other host can be reached.
  const known = /^\/[a-z]+(\/\d+)?$/.test(target.pathname) && target.pathname !== '/entrar'
  location.replace(known ? target.pathname + target.search : '/')
}

function Entrar() {
  // known is the password just used to log in, so that it is not asked twice.
  const [step, setStep] = useState(query.has('trocar') ? { change: true } : {})
  return html`<main class="gate"><div class="gate-card">
    <div class="brand"><img src=${brand} alt="" width="38" height="38" />Monitor</div>
    ${step.change
      ? html`<${ChangeBox} known=${step.known} />`
      : html`<${LoginBox} onChange=${(known) => setStep({ change: true, known })} />`}
  </div></main>`
}

function LoginBox({ onChange }) {
  const [values, setValues] = useState({ email: '', senha: '' })
  const [errors, setErrors] = useState({})
  const [failure, setFailure] = useState('')
  const [busy, setBusy] = useState(false)
  const wait = useCountdown(() => setFailure(''))
  const form = useRef()
  const onValue = (name, value) => setValues((v) => ({ ...v, [name]: value }))

  const submit = async (e) => {
    e.preventDefault()
    if (busy) return
    // Password managers may fill the fields without an event.
    const { email, senha } = Object.fromEntries(new FormData(form.current))
    setBusy(true)
    setFailure('')
    try {
      await request('POST', '/entrar', { body: { email: email.trim(), senha }, onSession: 'stay' })
      const { data } = await request('GET', '/api/db/auth/validar', { onSession: 'stay' })
      return data.trocar_senha ? onChange(senha) : goBack()
    } catch (error) {
      setErrors(error.campos)
      setFailure(error.message)
      wait.begin(error.retryAfter)
      setBusy(false)
      form.current?.elements[error.campos.email ? 'email' : 'senha'].focus()
    }
  }

  return html`<section class="gate-box">
    <h1>Entrar</h1><p>Use o e-mail e a senha do seu cadastro.</p>
    <form ref=${form} class="stack" method="post" action="/entrar" novalidate onSubmit=${submit}>
      <${Notice} error=${failure} />
      <${Wait} ...${wait} />
      <${Field} name="email" label="E-mail" type="email" inputmode="email" autocomplete="username" autocapitalize="off"
        spellcheck=${false} autofocus value=${values.email} error=${errors.email} onValue=${onValue} />
      <${PasswordField} name="senha" label="Senha" autocomplete="current-password"
        value=${values.senha} error=${errors.senha} onValue=${onValue} />
      <button class="button primary" aria-busy=${busy}>${busy ? 'Entrando…' : 'Entrar'}</button>
    </form>
  </section>
  <p class="gate-help">Esqueceu a senha? Peça a um administrador: no servidor, ele a troca com <code>monitor clientes senha</code> e o seu e-mail.</p>`
}

// useCountdown counts the seconds of begin down to zero, and then calls over.
function useCountdown(over) {
  const [until, setUntil] = useState(0)
  const [left, setLeft] = useState(0)
  useEffect(() => {
    if (!until) return undefined
    const tick = setInterval(() => {
      const rest = Math.max(0, Math.ceil((until - Date.now()) / 1000))
      setLeft(rest)
      if (rest) return
      clearInterval(tick)
      over()
    }, 250)
    return () => clearInterval(tick)
  }, [until])
  const begin = (seconds) => {
    setLeft(seconds)
    setUntil(seconds && Date.now() + seconds * 1000)
  }
  return { begin, left, waited: until > 0 }
}

// Wait shows how long to wait. It is not read out each second: the notice above it
// says the time once, and the end is said when it comes.
function Wait({ left, waited }) {
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`
  return html`${left > 0 && html`<p class="gate-wait num" role="timer" aria-live="off">Você pode tentar de novo em <strong>${clock}</strong>.</p>`}
    <p class="gate-wait" role="status">${waited && !left && 'Você já pode tentar de novo.'}</p>`
}

function ChangeBox({ known }) {
  const password = usePasswordForm(goBack, known)
  useEffect(() => { document.title = 'Trocar a senha · Monitor' }, [])
  return html`<section class="gate-box">
    <h1>Escolha uma nova senha</h1><p>Antes de continuar, troque a senha provisória por uma só sua.</p>
    <form ref=${password.form} class="stack" method="post" novalidate onSubmit=${password.submit}>
      <${PasswordFields} ...${password} />
      <button class="button primary" aria-busy=${password.busy}>${password.busy ? 'Salvando…' : 'Salvar e continuar'}</button>
    </form>
  </section>`
}

forget()
mount(Entrar)
