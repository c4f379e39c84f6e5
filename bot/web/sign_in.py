"""The way in and out: a one-time address, used up by a button so that nothing that only looks at links uses it up."""

from __future__ import annotations

from starlette.responses import Response

from bot.web.access import signed_in, signed_out
from bot.web.context import Context


def show_link(context: Context) -> Response:
    """Whose address it is, and the button."""
    code = context.request.path_params["ma"]
    return context.page("enter.html", whose=context.site.sessions.check_link(code), code=code)


def enter(context: Context) -> Response:
    """Uses the address up."""
    token = context.site.sessions.sign_in(context.request.path_params["ma"])
    return signed_in(context.go("/chat"), token, secure=_is_https(context))


def leave(context: Context) -> Response:
    """Ends the session and forgets what was said in it."""
    context.site.sessions.sign_out(context.token)
    context.site.talks.forget(context.by)
    return signed_out(context.go("/"))


def _is_https(context: Context) -> bool:
    """Whether browsers come over TLS: the server before us says so, or the settings do."""
    told = context.site.app.settings.web_address or ""
    return context.request.url.scheme == "https" or told.startswith("https://")
