// Joins each button for a passkey to allauth's own script, and says in words what went wrong.

const forms = window.allauth && window.allauth.webauthn.forms;
const ids = { loginForm: "login", signupForm: "signup", addForm: "add", authenticateForm: "authenticate" };

const sentences = {
  NotAllowedError: "No passkey was used: it was cancelled, or took too long. You can try again.",
  InvalidStateError: "This device already has a passkey for your account.",
  SecurityError: "This browser allows no passkeys at this address.",
};

function say(sentence) {
  for (const place of document.querySelectorAll("[data-passkey-problem]")) {
    place.textContent = sentence;
    place.hidden = false;
  }
}

for (const note of document.querySelectorAll("[data-passkey-unscripted]")) {
  note.hidden = true;
}

for (const button of document.querySelectorAll("[data-passkey]")) {
  if (!forms || !window.PublicKeyCredential) {
    say("This browser knows no passkeys.");
    continue;
  }
  const { passkey, credential, passwordless } = button.dataset;
  forms[passkey]({ ids: { [ids[passkey]]: button.id, credential, passwordless, data: "js_data" } });
  button.disabled = false;
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const { exception } = event.detail;
  say(sentences[exception.name] || `The passkey did not work: ${exception.message}`);
});
