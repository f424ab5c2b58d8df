"""How updates reach the bot: it polls, or it sets a webhook."""

import re
from urllib.parse import urlsplit

from .method import Method
from .parameters import Parameters
from .refusals import Json, RefusedError, bad_request
from .webhook import Webhook
from .world import World

WEBHOOK_IS_SET = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


async def get_updates(world: World, given: Parameters) -> list[Json]:
    if world.delivery.webhook:
        raise RefusedError(409, WEBHOOK_IS_SET)
    world.updates.allow(given.get("allowed_updates"), world.report)
    limit = given.number("limit", 100)
    if not 1 <= limit <= 100:
        world.report(f"getUpdates with limit {limit}")
    return await world.updates.poll(given.number("offset"), max(1, min(limit, 100)), given.number("timeout"))


def set_webhook(world: World, given: Parameters) -> bool:
    url, secret = given.text("url"), given.text("secret_token")
    if not url:
        return delete_webhook(world, given)
    parts = urlsplit(url)
    if not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    if parts.hostname not in {"127.0.0.1", "localhost"}:  # a local server takes these, api.telegram.org takes none
        if parts.scheme != "https":
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if parts.port not in {None, 80, 88, 443, 8443}:
            raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if not secret:
        world.report("a webhook without a secret_token takes updates from anybody")
    if given.flag("drop_pending_updates"):
        world.updates.drop()
    world.updates.allow(given.get("allowed_updates"), world.report)
    world.updates.end_poll("Conflict: terminated by setWebhook request")
    world.delivery.set(Webhook(url, secret, max(1, min(given.number("max_connections", 40), 100))))
    return True


def delete_webhook(world: World, given: Parameters) -> bool:
    if given.flag("drop_pending_updates"):
        world.updates.drop()
    world.delivery.set(None)
    return True


def webhook_info(world: World, _: Parameters) -> Json:
    webhook, error = world.delivery.webhook, world.delivery.last_error
    wire: Json = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
    }
    if webhook:
        wire["max_connections"] = webhook.max_connections
        if error:
            wire |= {"last_error_date": error[0], "last_error_message": error[1]}
    return wire


METHODS = {
    "getUpdates": Method(get_updates, "offset limit timeout allowed_updates"),
    "setWebhook": Method(
        set_webhook, "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token"
    ),
    "deleteWebhook": Method(delete_webhook, "drop_pending_updates"),
    "getWebhookInfo": Method(webhook_info, ""),
}
