package pages

// The snippets check a signature with nothing but what comes with each language. docs/webhooks.md shows the same ones.
const (
	WebhookPython = `import base64, hashlib, hmac, os, time

KEY = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))

def genuine(headers, body):
    """Says whether the portal sent body, the raw bytes, within the last five minutes."""
    sent = headers["webhook-timestamp"]
    if not sent.isdigit() or abs(time.time() - int(sent)) > 300:
        return False
    signed = f'{headers["webhook-id"]}.{sent}.'.encode() + body
    wanted = "v1," + base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    given = headers["webhook-signature"].split(" ")
    return any(hmac.compare_digest(wanted, one) for one in given)`

	WebhookNode = `const { createHmac, timingSafeEqual } = require("node:crypto");

const key = Buffer.from(process.env.WEBHOOK_SECRET.replace(/^whsec_/, ""), "base64");

// genuine says whether the portal sent body, the raw bytes, within the last five minutes.
function genuine(headers, body) {
  const sent = headers["webhook-timestamp"];
  if (!(Math.abs(Date.now() / 1000 - Number(sent)) <= 300)) return false;
  const mac = createHmac("sha256", key).update(headers["webhook-id"] + "." + sent + ".").update(body);
  const wanted = Buffer.from("v1," + mac.digest("base64"));
  return headers["webhook-signature"].split(" ").some((text) => {
    const given = Buffer.from(text);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}`
)
