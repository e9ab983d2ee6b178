"""The web page of a link in a notice: its text and a button that confirms it. It has no script and loads nothing."""

import base64
import hashlib
from datetime import datetime
from html import escape
from typing import Final

from tabuah.resources.localisation import _, current_language, format_moment
from tabuah.resources.regency import current_regency

_STYLE: Final = (
    "body{font:18px/1.5 sans-serif;max-width:40em;margin:0 auto;padding:1em;color:#111;background:#fff}"
    "h1{font-size:1.3em;overflow-wrap:anywhere}pre{font:inherit;white-space:pre-wrap;overflow-wrap:anywhere}"
    "button{font:inherit;font-weight:bold;padding:.8em 1.2em;width:100%;color:#fff;background:#14508c;border:0;"
    "border-radius:.3em}button:focus{outline:3px solid #e6a700;outline-offset:2px}"
    ".done{border:2px solid #1d7a3a;padding:1em}footer{margin-top:2em;color:#444;font-size:.85em}"
)
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
CONTENT_SECURITY_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)


def question_page(title: str, text: str, *, is_work: bool = False) -> str:
    """Return the page with a notice that is not confirmed yet; `is_work` says that it is about no alarm."""
    explanation = (
        _("With the button you confirm that you have read this. It is no receipt and no report of the work.")
        if is_work
        else _("With the button you confirm that you have read this. The alarm stays with the control room.")
    )
    button = f"<button type='submit'>{escape(_('I have read this'))}</button>"
    return _page(title, f"{_notice(text)}<p>{escape(explanation)}</p><form method='post'>{button}</form>")


def confirmed_page(title: str, text: str, at: datetime, *, is_new: bool) -> str:
    """Return the page with a notice that is confirmed, by this request or before."""
    said = _("Confirmed: {moment}. Thank you.") if is_new else _("This was confirmed already: {moment}.")
    done = escape(said.format(moment=format_moment(at)))
    return _page(title, f"<p class='done' role='status'>{done}</p>{_notice(text)}")


def unknown_page() -> str:
    """Return the page of a link that is unknown or has expired, the same for all of them."""
    text = _("The link is unknown, or too old. Nothing was confirmed. If you have read the message, call us.")
    return _page(_("This link cannot be used"), f"<p>{escape(text)}</p>")


def lost_page() -> str:
    """Return the page of a notice about something that the server no longer has."""
    text = _(
        "The server was restored, and no longer has the subject of this message. Nothing was confirmed. If you have"
        " read the message, call us."
    )
    return _page(_("This message cannot be confirmed"), f"<p>{escape(text)}</p>")


def unsaved_page() -> str:
    """Return the page for a confirmation that the server could not save."""
    text = _("The server could not save this. Nothing was confirmed. Try again in some minutes, or call us.")
    return _page(_("Not confirmed"), f"<p>{escape(text)}</p>")


def too_many_page() -> str:
    """Return the page for a client that sends too many requests."""
    return _page(_("Too many requests"), f"<p>{escape(_('Wait for a minute, then open the link again.'))}</p>")


def _notice(text: str) -> str:
    return f"<pre>{escape(text.strip())}</pre>"


def _page(title: str, body: str) -> str:
    return (
        f"<!doctype html><html lang='{current_language()}'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width,initial-scale=1'><meta name='robots' content='noindex'>"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1>{body}</main>"
        f"<footer>Tabuah · {escape(current_regency().name)}</footer></body></html>"
    )
