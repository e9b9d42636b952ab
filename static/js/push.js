// Pushes on this device: shown only where the browser can, asked for only when the person presses.

const box = document.querySelector("[data-push]");

function bytes(text) {
  const padded = text.replaceAll("-", "+").replaceAll("_", "/").padEnd(Math.ceil(text.length / 4) * 4, "=");
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const letters = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function send(address, values) {
  const token = box.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": token }, body: new URLSearchParams(values) });
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
}

function show(subscription, words) {
  box.querySelector("[data-push-on]").hidden = Boolean(subscription);
  box.querySelector("[data-push-off]").hidden = !subscription;
  box.querySelector("[data-push-state]").textContent = words ?? (subscription ? box.dataset.on : box.dataset.off);
}

async function turnOn(registration) {
  if ((await Notification.requestPermission()) !== "granted") {
    show(null, box.dataset.denied);
    return;
  }
  const options = { userVisibleOnly: true, applicationServerKey: bytes(box.dataset.push) };
  const subscription = await registration.pushManager.subscribe(options);
  try {
    await send(box.dataset.subscribe, {
      endpoint: subscription.endpoint,
      p256dh: text(subscription.getKey("p256dh")),
      auth: text(subscription.getKey("auth")),
    });
  } catch (error) {
    // What the server does not know of must not stay on in the browser.
    await subscription.unsubscribe();
    throw error;
  }
  show(subscription);
}

async function turnOff(registration) {
  const subscription = await registration.pushManager.getSubscription();
  if (subscription) {
    await send(box.dataset.unsubscribe, { endpoint: subscription.endpoint });
    await subscription.unsubscribe();
  }
  show(null);
}

function act(button, work, registration) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await work(registration);
    } catch {
      show(await registration.pushManager.getSubscription(), box.dataset.failed);
    } finally {
      button.disabled = false;
    }
  });
}

if (box && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  const registration = await navigator.serviceWorker.ready;
  act(box.querySelector("[data-push-on]"), turnOn, registration);
  act(box.querySelector("[data-push-off]"), turnOff, registration);
  show(await registration.pushManager.getSubscription());
  box.hidden = false;
}
